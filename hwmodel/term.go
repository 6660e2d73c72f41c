package hwmodel

// Term is one kind of thing that happens on a chip and that may have a price. The set of terms is
// closed: [Terms] lists it. A term may be a special case of another one, its parent; a profile that
// prices the parent prices the child with it, unless it says something else of the child.
type Term string

// The terms. What one count of each means stands in [Terms].
const (
	InputSpike   Term = "input_spike"
	InputCurrent Term = "input_current"

	SpikeOut      Term = "spike_out"
	SpikePositive Term = "spike_positive"
	SpikeNegative Term = "spike_negative"
	SpikeIn       Term = "spike_in"
	SpikeDropped  Term = "spike_dropped"

	SynapticOp       Term = "synaptic_op"
	SynapticOpDense  Term = "synaptic_op_dense"
	SynapticOpSparse Term = "synaptic_op_sparse"
	SynapticOpConv   Term = "synaptic_op_conv"
	WeightFetch      Term = "weight_fetch"
	KernelRow        Term = "kernel_row"

	NeuronUpdate       Term = "neuron_update"
	NeuronUpdateActive Term = "neuron_update_active"
	NeuronUpdateIdle   Term = "neuron_update_idle"

	PlasticUpdate   Term = "plastic_update"
	STDPUpdate      Term = "stdp_update"
	ShortTermUpdate Term = "short_term_update"
	HebbianUpdate   Term = "hebbian_update"
	EpropUpdate     Term = "eprop_update"
	LearnedUpdate   Term = "learned_update"

	SpikeWithinTile Term = "spike_within_tile"
	MessageOut      Term = "message_out"
	MessageIn       Term = "message_in"
	Hop             Term = "hop"
	HopEW           Term = "hop_ew"
	HopEast         Term = "hop_east"
	HopWest         Term = "hop_west"
	HopNS           Term = "hop_ns"
	HopNorth        Term = "hop_north"
	HopSouth        Term = "hop_south"
	Barrier         Term = "barrier"
	ChipReset       Term = "chip_reset"

	Add       Term = "add"
	Mul       Term = "mul"
	MAC       Term = "mac"
	Div       Term = "div"
	Root      Term = "root"
	AddInt8   Term = "add_int8"
	AddInt16  Term = "add_int16"
	AddInt32  Term = "add_int32"
	AddFP16   Term = "add_fp16"
	AddFP32   Term = "add_fp32"
	MulInt8   Term = "mul_int8"
	MulInt16  Term = "mul_int16"
	MulInt32  Term = "mul_int32"
	MulFP16   Term = "mul_fp16"
	MulFP32   Term = "mul_fp32"
	MACInt8   Term = "mac_int8"
	MACInt16  Term = "mac_int16"
	MACInt32  Term = "mac_int32"
	MACFP16   Term = "mac_fp16"
	MACFP32   Term = "mac_fp32"
	MemRead   Term = "memory_read"
	MemWrite  Term = "memory_write"
	DRAMRead  Term = "dram_read"
	DRAMWrite Term = "dram_write"

	CellOp        Term = "cell_op"
	DACDrive      Term = "dac_drive"
	ADCConversion Term = "adc_conversion"

	HostCall Term = "host_call"
)

// TermInfo documents a term.
type TermInfo struct {
	Term   Term
	Parent Term   // "" if the term is no special case of another one
	Doc    string // what one count is
	// Driven tells that the count follows the firing rates, so that twice the spikes are twice the count.
	Driven bool
	// Sized tells that a count of the term needs a [Memory] to have a price.
	Sized bool
}

// terms is the whole set, in the order in which bills list it.
var terms = []TermInfo{
	{Term: InputSpike, Doc: "one spike brought in from outside the network", Driven: true},
	{Term: InputCurrent, Doc: "one addition of an outside current to one neuron in one tick"},

	{Term: SpikeOut, Doc: "one spike emitted by a neuron", Driven: true},
	{Term: SpikePositive, Parent: SpikeOut, Doc: "one spike of sign +1", Driven: true},
	{Term: SpikeNegative, Parent: SpikeOut, Doc: "one spike of sign -1", Driven: true},
	{Term: SpikeIn, Doc: "one spike taken up by the receiving end of a projection", Driven: true},
	{Term: SpikeDropped, Doc: "one spike lost because a queue was full", Driven: true},

	{Term: SynapticOp, Doc: "one synaptic event: one weight handed to one target", Driven: true},
	{Term: SynapticOpDense, Parent: SynapticOp, Doc: "one synaptic event of an all-to-all projection", Driven: true},
	{Term: SynapticOpSparse, Parent: SynapticOp, Doc: "one synaptic event of a list of synapses", Driven: true},
	{Term: SynapticOpConv, Parent: SynapticOp, Doc: "one synaptic event of a convolution or pooling", Driven: true},
	{Term: WeightFetch, Doc: "one weight read for one synaptic event", Driven: true},
	{Term: KernelRow, Doc: "one row of a convolution kernel addressed for one input spike", Driven: true},

	{Term: NeuronUpdate, Doc: "one update of the state of one neuron"},
	{Term: NeuronUpdateActive, Parent: NeuronUpdate, Doc: "one update of a neuron that had input or crossed its threshold"},
	{Term: NeuronUpdateIdle, Parent: NeuronUpdate, Doc: "one tick in which a neuron had nothing to do"},

	{Term: PlasticUpdate, Doc: "one update of one plastic weight", Driven: true},
	{Term: STDPUpdate, Parent: PlasticUpdate, Doc: "one update of one weight by spike-timing dependent plasticity", Driven: true},
	{Term: ShortTermUpdate, Parent: PlasticUpdate, Doc: "one update of one synapse by short-term plasticity", Driven: true},
	{Term: HebbianUpdate, Parent: PlasticUpdate, Doc: "one update of one weight by a Hebbian rule", Driven: true},
	{Term: EpropUpdate, Parent: PlasticUpdate, Doc: "one update of one weight by e-prop", Driven: true},
	{Term: LearnedUpdate, Parent: PlasticUpdate, Doc: "one update of one weight by a learning rule outside the engine", Driven: true},

	{Term: SpikeWithinTile, Doc: "one spike message that stays within its tile", Driven: true},
	{Term: MessageOut, Doc: "one spike message sent to one destination core", Driven: true},
	{Term: MessageIn, Doc: "one spike message received by a core", Driven: true},
	{Term: Hop, Doc: "one step of a message from a tile to the next", Driven: true},
	{Term: HopEW, Parent: Hop, Doc: "one east-west hop", Driven: true},
	{Term: HopEast, Parent: HopEW, Doc: "one hop to the east", Driven: true},
	{Term: HopWest, Parent: HopEW, Doc: "one hop to the west", Driven: true},
	{Term: HopNS, Parent: Hop, Doc: "one north-south hop", Driven: true},
	{Term: HopNorth, Parent: HopNS, Doc: "one hop to the north", Driven: true},
	{Term: HopSouth, Parent: HopNS, Doc: "one hop to the south", Driven: true},
	{Term: Barrier, Doc: "one synchronisation of all tiles at the end of a tick"},
	{Term: ChipReset, Doc: "one reset of the state of a whole chip"},

	{Term: Add, Doc: "one addition in the arithmetic of the profile"},
	{Term: Mul, Doc: "one multiplication in the arithmetic of the profile"},
	{Term: MAC, Doc: "one multiplication and addition in the arithmetic of the profile"},
	{Term: Div, Doc: "one division in the arithmetic of the profile"},
	{Term: Root, Doc: "one square root in the arithmetic of the profile"},
	{Term: AddInt8, Doc: "one addition of 8-bit integers"},
	{Term: AddInt16, Doc: "one addition of 16-bit integers"},
	{Term: AddInt32, Doc: "one addition of 32-bit integers"},
	{Term: AddFP16, Doc: "one addition of 16-bit floats"},
	{Term: AddFP32, Doc: "one addition of 32-bit floats"},
	{Term: MulInt8, Doc: "one multiplication of 8-bit integers"},
	{Term: MulInt16, Doc: "one multiplication of 16-bit integers"},
	{Term: MulInt32, Doc: "one multiplication of 32-bit integers"},
	{Term: MulFP16, Doc: "one multiplication of 16-bit floats"},
	{Term: MulFP32, Doc: "one multiplication of 32-bit floats"},
	{Term: MACInt8, Doc: "one multiplication and addition of 8-bit integers"},
	{Term: MACInt16, Doc: "one multiplication and addition of 16-bit integers"},
	{Term: MACInt32, Doc: "one multiplication and addition of 32-bit integers"},
	{Term: MACFP16, Doc: "one multiplication and addition of 16-bit floats"},
	{Term: MACFP32, Doc: "one multiplication and addition of 32-bit floats"},
	{Term: MemRead, Doc: "one word read from a memory of a size and word width", Sized: true},
	{Term: MemWrite, Doc: "one word written to a memory of a size and word width", Sized: true},
	{Term: DRAMRead, Doc: "one 64-bit word read from DRAM"},
	{Term: DRAMWrite, Doc: "one 64-bit word written to DRAM"},

	{Term: CellOp, Doc: "one multiplication in one cell of a crossbar"},
	{Term: DACDrive, Doc: "one row of a crossbar driven for one cycle"},
	{Term: ADCConversion, Doc: "one conversion of a crossbar column to a number"},

	{Term: HostCall, Doc: "one call of a function that runs outside the neurons"},
}

// termPlace finds a term in the list.
var termPlace = func() map[Term]int {
	place := make(map[Term]int, len(terms))
	for i, t := range terms {
		place[t.Term] = i
	}
	return place
}()

// Terms lists all terms in the order of bills.
func Terms() []TermInfo { return append([]TermInfo(nil), terms...) }

// Info documents the term; false if there is no such term.
func (t Term) Info() (TermInfo, bool) {
	i, ok := termPlace[t]
	if !ok {
		return TermInfo{}, false
	}
	return terms[i], true
}

// Is tells whether the term is the other one or a special case of it.
func (t Term) Is(other Term) bool {
	for ; t != ""; t = t.parent() {
		if t == other {
			return true
		}
	}
	return false
}

func (t Term) parent() Term {
	info, _ := t.Info()
	return info.Parent
}

// compareTerms orders terms as the list does.
func compareTerms(a, b Term) int { return termPlace[a] - termPlace[b] }

// termNames lists the names of all terms.
func termNames() []string {
	names := make([]string, len(terms))
	for i, t := range terms {
		names[i] = string(t.Term)
	}
	return names
}
