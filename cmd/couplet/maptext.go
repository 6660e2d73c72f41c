package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"couplet/hwmodel/manycore"
)

// listMapChips prints a row for each chip of the library.
func listMapChips(w io.Writer, asJSON bool) error {
	type chip struct {
		Name    string   `json:"chip"`
		Width   int      `json:"width"`
		Height  int      `json:"height"`
		Tiles   int      `json:"tiles"`
		Cores   int      `json:"cores"`
		Neurons int64    `json:"neurons"` // 0 if no source says it
		Sources []string `json:"sources"`
	}
	list := []chip{}
	t := newTable("chip", ">mesh", ">tiles", ">cores", ">neurons")
	for _, name := range manycore.Names() {
		c, err := manycore.Named(name)
		if err != nil {
			return err
		}
		neurons := chipCapacity(c)
		list = append(list, chip{name, c.Width, c.Height, len(c.Tiles), len(c.Cores), neurons, c.Sources})
		t.row(name, fmt.Sprintf("%d x %d", c.Width, c.Height), fmt.Sprint(len(c.Tiles)), fmt.Sprint(len(c.Cores)), fmt.Sprint(neurons))
	}
	if asJSON {
		return writeJSON(w, list)
	}
	if err := t.write(w, ""); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "\nprint one with: couplet map --show NAME")
	return err
}

// print prints the placement, and what the spikes did on it.
func (j *mapJob) print(w io.Writer) error {
	p := j.mapped.placement
	if err := p.WriteTable(w, j.mapped.chip); err != nil {
		return err
	}
	neurons, synapses, bytes := int64(0), int64(0), int64(0)
	for i := range p.Cores {
		neurons += p.Cores[i].Neurons
		synapses += p.Cores[i].Synapses
		bytes += p.Cores[i].SynapseBytes
	}
	fmt.Fprintf(w, "in all: %d neurons, %d synapses", neurons, synapses)
	if bytes > 0 {
		fmt.Fprintf(w, " in %d bytes", bytes)
	}
	if outside := j.outside(); len(outside) > 0 {
		fmt.Fprintf(w, "; outside the chip: %s", strings.Join(outside, ", "))
	}
	fmt.Fprintln(w)
	if j.run == nil {
		return nil
	}
	if err := j.printTraffic(w); err != nil {
		return err
	}
	if j.chip == nil {
		return nil
	}
	return j.printReplay(w)
}

// outside names the populations that are not on the chip.
func (j *mapJob) outside() (names []string) {
	for _, p := range j.mapped.description.Populations {
		if p.External {
			names = append(names, fmt.Sprintf("%s[0..%d]", p.Name, p.Size-1))
		}
	}
	return names
}

// printTraffic prints messages core by core, with energy and time if they are known.
func (j *mapJob) printTraffic(w io.Writer) error {
	t := j.run.traffic
	fmt.Fprintf(w, "\n%d ticks: %d spikes, %d messages between cores (%d within a tile), %d from outside, %d hops, %d synaptic events\n\n",
		t.Ticks, t.Total.Spikes, t.Total.Messages, t.Total.WithinTile, t.Total.FromOutside, t.Total.Hops(), t.Total.SynapseEvents)
	heading := []string{"core", ">spikes", ">messages out", ">messages in", ">hops", ">synaptic events"}
	var units usedUnits
	if j.chip != nil {
		units = j.units()
		heading = append(heading, ">energy", ">busy")
	}
	table := newTable(heading...)
	for i := range t.Cores {
		c := &t.Cores[i]
		row := []string{c.Name}
		for _, n := range []int64{c.Spikes, c.Messages, c.MessagesIn, c.Hops(), c.SynapseEvents} {
			row = append(row, fmt.Sprint(n))
		}
		if j.chip != nil {
			total := &j.chip.cores[c.Core]
			row = append(row, units.cell(rowTotal, total.Energy.Total()), engineering(total.Generation+total.Processing, "s"))
		}
		table.row(row...)
	}
	return table.write(w, "")
}

// printReplay prints energy by what used it, and time.
func (j *mapJob) printReplay(w io.Writer) error {
	r := j.chip
	e := &r.totals.Energy
	fmt.Fprintln(w)
	units := j.units()
	table := newTable("energy", ">in all", ">per step")
	for _, line := range []struct {
		name  string
		value float64
	}{
		{rowSynapses, e.Synapse}, {rowDendrites, e.Dendrite}, {rowSomas, e.Soma}, {rowHops, e.Hops},
		{rowMessagesIn, e.AxonIn}, {rowMessagesOut, e.AxonOut}, {rowTotal, e.Total()},
	} {
		table.row(line.name, units.cell(line.name, line.value), units.cell(line.name, line.value/float64(max(r.totals.Steps, 1))))
	}
	if err := table.write(w, ""); err != nil {
		return err
	}
	fmt.Fprintf(w, "%d updates of neurons, %d without one (--updates %s)\n\n", r.totals.Updated, r.totals.Idle, r.updates)
	times, peak := j.times()
	total := 0.0
	for _, t := range times {
		total += t
	}
	fmt.Fprintf(w, "time (%s): %s for %d steps, %s per step; longest: %s in step %d; the barrier takes %s of each\n", j.flags.timing,
		engineering(total, "s"), len(times), engineering(total/float64(max(len(times), 1)), "s"), engineering(longest(times, peak), "s"), peak+1, engineering(r.sync, "s"))
	if b, ok := j.busiest(); ok {
		fmt.Fprintf(w, "busiest core: %s\n", b)
	}
	if unpriced := units.unpriced(j.mapped.chip.Unpriced()); len(unpriced) > 0 {
		fmt.Fprintf(w, "not in the sums, as no source gives a figure: %s\n", strings.Join(unpriced, "; "))
	}
	return nil
}

// times are the durations of the steps under the chosen model, and the first of the longest.
func (j *mapJob) times() (times []float64, peak int) {
	for i := range j.chip.steps {
		t := j.chip.steps[i].Detailed
		if j.flags.timing == timingSimple {
			t = j.chip.steps[i].Simple
		}
		times = append(times, t)
		if t > times[peak] {
			peak = i
		}
	}
	return times, peak
}

func longest(times []float64, peak int) float64 {
	if len(times) == 0 {
		return 0
	}
	return times[peak]
}

// busiest is the first core that works longest, and its part of the working time of all; false if none works.
func (j *mapJob) busiest() (string, bool) {
	work := func(c *manycore.CoreTotal) float64 { return c.Generation + c.Processing }
	sum, best := 0.0, 0
	for i := range j.chip.cores {
		sum += work(&j.chip.cores[i])
		if work(&j.chip.cores[i]) > work(&j.chip.cores[best]) {
			best = i
		}
	}
	if sum == 0 {
		return "", false
	}
	busy := work(&j.chip.cores[best])
	return fmt.Sprintf("%s, busy for %s: %.3g %% of the work of all cores", j.mapped.chip.CoreName(best), engineering(busy, "s"), 100*busy/sum), true
}

// prefixes of units, from 1 down in steps of a thousand.
var prefixes = []string{"", "m", "u", "n", "p", "f", "a"}

// engineering writes a number with the prefix that leaves one to three digits before the point, rounded to four
// digits.
func engineering(x float64, unit string) string {
	if x == 0 {
		return "0 " + unit
	}
	k := 0
	for k < len(prefixes)-1 && math.Abs(x) < 0.99995 {
		x *= 1000
		k++
	}
	return fmt.Sprintf("%.4g %s%s", x, prefixes[k], unit)
}

// mapReport is what --json prints.
type mapReport struct {
	*manycore.Placement
	CoresOfChip int               `json:"cores_of_chip"`
	Outside     []string          `json:"outside"`
	Unchecked   []string          `json:"unchecked"`
	Traffic     *manycore.Traffic `json:"traffic,omitempty"`
	Replay      *replayReport     `json:"replay,omitempty"`
}

// replayReport is the part of it about energy and time.
type replayReport struct {
	Timing   string          `json:"timing"`
	Updates  string          `json:"updates"`
	Barrier  float64         `json:"barrier_s"`
	Totals   manycore.Totals `json:"totals"`
	Time     float64         `json:"time_s"` // under the chosen timing
	Busiest  string          `json:"busiest,omitempty"`
	Cores    []replayedCore  `json:"cores"`
	Steps    []manycore.Step `json:"steps"`
	Unpriced []string        `json:"unpriced"`
}

type replayedCore struct {
	Name string `json:"name"`
	manycore.CoreTotal
}

func (j *mapJob) report() *mapReport {
	r := &mapReport{
		Placement: j.mapped.placement, CoresOfChip: len(j.mapped.chip.Cores),
		Outside: slices.Concat([]string{}, j.outside()), Unchecked: slices.Concat([]string{}, j.mapped.chip.Unchecked),
	}
	if j.run != nil {
		r.Traffic = j.run.traffic
	}
	if j.chip == nil {
		return r
	}
	units := j.units()
	c := &replayReport{
		Timing: j.flags.timing, Updates: j.chip.updates, Barrier: j.chip.sync, Totals: j.chip.totals, Time: j.chip.totals.Detailed,
		Steps: j.chip.steps, Unpriced: slices.Concat([]string{}, units.unpriced(j.mapped.chip.Unpriced())),
	}
	if j.flags.timing == timingSimple {
		c.Time = j.chip.totals.Simple
	}
	c.Busiest, _ = j.busiest()
	for i := range j.mapped.placement.Cores {
		u := &j.mapped.placement.Cores[i]
		c.Cores = append(c.Cores, replayedCore{u.Name, j.chip.cores[u.Core]})
	}
	r.Replay = c
	return r
}
