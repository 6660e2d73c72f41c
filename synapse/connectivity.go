package synapse

import (
	"fmt"

	"couplet/internal/rng"
)

// Connectivity is what a projection compiles to: the synapses that end in one port of one shard,
// ready for delivery. It never changes during a run, so any number of runs may share it.
type Connectivity interface {
	// Delays lists the distinct delays in ticks, ascending: the delay classes.
	Delays() []int32
	// Deliver hands the weights of one delay class to the sink, for each of the spikes: neuron indices
	// of the source population with their signs, the source view beginning at neuron first. Spikes of
	// neurons outside the view are passed over. Before gives the spikes' precise times if there are any.
	Deliver(class int, spikes []uint32, before []float64, first uint32, sink *Sink)
	// Synapses is the number of synapses that this shard holds or implies.
	Synapses() int64
	// Bytes is the memory of the tables.
	Bytes() int64
	// Encoding names the form in which the synapses are kept.
	Encoding() string
}

// Sign says which weights a port takes.
type Sign uint8

const (
	// Both takes every weight.
	Both Sign = iota
	// Positive takes weights > 0.
	Positive
	// NotPositive takes weights <= 0.
	NotPositive
)

// Takes tells whether a weight belongs to the port.
func (s Sign) Takes(w float64) bool {
	switch s {
	case Positive:
		return w > 0
	case NotPositive:
		return w <= 0
	}
	return true
}

// Intake says what a port does with an arrival.
type Intake uint8

const (
	// Summing adds the weight to the port's sum.
	Summing Intake = iota
	// Counting adds 1 whatever the weight.
	Counting
	// Timing keeps the arrival with its time and weight.
	Timing
)

// Spec says which part of a projection to compile.
type Spec struct {
	Rule    Rule
	Wiring  Wiring
	Synapse Synapse
	Weights rng.Key // stream of the weight draws
	Delays  rng.Key // stream of the delay draws
	TickMs  float64
	Lo, Hi  int // targets of the shard, as indices of the target view
	Slot    int // slot of target Lo in the shard's arrays
	Sign    Sign
	Intake  Intake
	Scale   Scale
	// Progress, if set, is told now and then how many more synapses have been walked over; building
	// walks over each two or three times.
	Progress func(synapses int64)
	MinDelay int32 // drawn delays below it are raised to it: 1, or 0 if the delay is the constant 0
}

// Compile builds the connectivity of one port of one shard in the smallest form that holds it.
func Compile(s Spec) (Connectivity, error) {
	b := newBuilder(s)
	if c, ok := b.implicit(); ok {
		return c, nil
	}
	return b.rows()
}

// builder turns a Spec into tables.
type builder struct {
	Spec
	weight, delay Value
	constWeight   bool // all synapses have one weight
	constDelay    bool
	filter        bool // the sign must be tested synapse by synapse
	none          bool // the port takes none of the projection's synapses
	plastic       bool // every synapse keeps its weight in double precision
}

func newBuilder(s Spec) *builder {
	b := &builder{Spec: s}
	b.weight, b.delay = StrengthOf(s.Rule, s.Synapse)
	_, b.plastic = s.Synapse.(Plastic)
	_, b.constWeight = b.weight.(Const)
	if _, learned := s.Synapse.(Learned); learned {
		b.constWeight = false // each synapse has a weight of its own to be set
	}
	_, b.constDelay = b.delay.(Const)
	lo, hi := b.weight.Bounds()
	takesLo, takesHi := s.Sign.Takes(lo), s.Sign.Takes(hi)
	b.filter = takesLo != takesHi
	b.none = !takesLo && !takesHi
	if s.Intake == Counting { // weights do not matter, but plastic ones are kept and changed all the same
		b.constWeight, b.filter, b.none = b.constWeight || !b.plastic, false, false
	}
	return b
}

// visit enumerates the synapses that the port takes, with their weights and delays in ticks.
func (b *builder) visit(yield func(source, slot uint32, ticks int32, weight float64, ordinal uint64)) {
	if b.none {
		return
	}
	ticks, weight := b.sharedTicks(), b.sharedWeight()
	shift := uint32(b.Slot - b.Lo)
	seen := int64(0)
	b.Rule.Visit(b.Wiring, b.Lo, b.Hi, func(source, target uint32, ordinal uint64) {
		if seen++; seen%progressStep == 0 && b.Progress != nil {
			b.Progress(progressStep)
		}
		if !b.constWeight {
			weight = b.weight.Draw(b.Weights, ordinal)
		}
		if b.filter && !b.Sign.Takes(weight) {
			return
		}
		if !b.constDelay {
			ticks = b.ticks(ordinal)
		}
		yield(source, target+shift, ticks, weight, ordinal)
	})
	if rest := seen % progressStep; rest > 0 && b.Progress != nil {
		b.Progress(rest)
	}
}

// progressStep is the number of synapses between two reports of progress.
const progressStep = 1 << 18

// sharedTicks is the delay of all synapses, 0 where each has its own.
func (b *builder) sharedTicks() int32 {
	if !b.constDelay {
		return 0
	}
	return b.ticks(0)
}

// sharedWeight is the weight of all synapses, 0 where each has its own or weights do not matter.
func (b *builder) sharedWeight() float64 {
	w, _ := b.weight.(Const)
	return float64(w)
}

// ticks is a synapse's delay in ticks.
func (b *builder) ticks(ordinal uint64) int32 {
	return Ticks(b.delay.Draw(b.Delays, ordinal), b.TickMs, b.MinDelay)
}

// MaxTicks bounds delays in ticks, so that a table of ticks stays small.
const MaxTicks = 1 << 24

// Ticks rounds a delay to whole ticks, at least least.
func Ticks(delayMs, tickMs float64, least int32) int32 {
	d := delayMs/tickMs + 0.5
	if !(d < MaxTicks) {
		return MaxTicks
	}
	return max(int32(d), least)
}

// units is the fixed-point weight of one synapse.
func (b *builder) units(weight float64) int64 {
	if b.Intake == Counting {
		return 1
	}
	return b.Scale.Units(weight)
}

// tooMany reports a table that its 32-bit offsets cannot address.
func tooMany(n int64) error {
	return fmt.Errorf("synapse: %d synapses in one shard of a projection exceed 2^32-1; use more workers or split the projection", n)
}
