// Package hwmodel turns exact counts of what a network did into a bill of what a chip takes for it:
// counts × prices, every price with its source, its grade of evidence and its operating point.
//
//	counts, err := hwmodel.FromActivity(net, simulator.Activity(), hwmodel.Origin{Places: places})
//	profile, err := hwmodel.Chip("loihi_davies2018")
//	bill, err := hwmodel.Price(counts, profile, hwmodel.Conditions{Duration: duration})
//	err = bill.WriteText(os.Stdout)
//
// # Counts
//
// A [Count] is a whole number of equal things that happened at one place: a [Path] from the chip over
// core, population and projection to the operation, and the line of the network file. What things there are is
// a closed set, the [Term]s ([Terms] documents them). [FromActivity] makes counts of a run of the
// engine; other packages make them of mapped networks, of training, of what runs on a host. [Merge] adds
// them. Counts carry what is known to be missing from them, and a bill repeats it.
//
// # Prices
//
// A [Profile] is a YAML file, one for each chip or process; [Chips] lists the shipped ones, [ChipText] gives
// their text to copy and edit. A term has a price, or a recipe of other terms with prices (reads and writes of
// memories among them, whose price follows from their size and word width), or the price of another term
// contains it, or it does not happen on the chip, or no source gives a price: then it is unpriced, and
// the bill lists it. It is never 0.
//
//	profile: mychip
//	title: one line that says what is priced
//	limits: loihi                           # optional: limits for placing networks on the chip
//	event_driven: true                      # default; false where every connection costs at every inference
//	point: {node: 28 nm, voltage: 0.8 V}    # operating point of all figures that name no other
//	sources: {paper: "Author, title, year"}
//	prices:
//	  synaptic_op: {energy: 23.6 pJ, time: 3.5 ns, grade: sim, source: paper, note: minimum, range: {max: 35.5 pJ, source: paper}}
//	  hop: {energy: 2.3 pJ, grade: meas, source: paper, point: {node: 28 nm, voltage: 0.7 V}}
//	memories: {weights: {size: 32 KB, word: 8 bit}}
//	memory_access: {word: 64 bit, points: [{size: 8 KB, energy: 10 pJ}, {size: 32 KB, energy: 20 pJ}], grade: 2nd, source: paper}
//	recipes: {weight_fetch: [{part: weights, term: memory_read, memory: weights, times: 1}]}
//	included: {spike_in: synaptic_op, message_in: {in: hop, note: why}}
//	absent: {neuron_update_idle: why it does not happen on this chip}
//	unpriced: {barrier: why there is no figure}
//	static:
//	  - {name: leakage, power: 27.3 uW, per: chip, grade: meas, source: paper}
//	  - {name: idle clock, clock_power: 1.78 uW/MHz, per: chip, grade: meas, source: paper}
//	assumptions: [a sentence that every bill repeats]
//
// Every figure carries a [Grade]. A figure of grade avg is the power of a whole chip divided by its event rate: it
// contains static power and is no price of one more event. A profile has to say at which activity it was taken
// (activity: "20 Hz, 128 active synapses") and may not have static power beside it, and a bill that uses it carries a
// warning.
//
// # Exactness
//
// Energies are whole numbers of attojoules without bound ([Quantity]), and prices are read without rounding. So
// the items of a [Bill] add up to the same total by layer, by term, by core and in any other order, and
// nothing is lost to the last attojoule. Only what follows from a division or a logarithm is rounded, once: accesses
// to memories between the sizes of the table, and static energies.
//
// # What a bill shows
//
// [Bill.WriteText], [Bill.WriteJSON], [Bill.WriteCSV]: the table by layer and term, static power as lines of its own, the
// total with what it lacks, the weakest grade, the range of the sources, times. [Bill.WritePprof]: a profile that go tool
// pprof shows as a flame graph of energy, with the network file as source. [Compare] sets the same counts on several chips
// side by side, [Sensitivity] asks what other rates, widths and prices would change.
//
// # What it does not do
//
// It does not simulate and does not place networks on cores. It knows no price that is not in a profile. An energy
// is an estimate from published figures, not a measurement.
package hwmodel
