package synapse

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/rng"
	"couplet/internal/spike"
)

// drawSpec makes a random projection part: any rule, weights and delays of every kind, a target
// range of a shard, a port of any sign and intake.
func drawSpec(t *rapid.T) Spec {
	sources, targets := rapid.IntRange(1, 40).Draw(t, "sources"), rapid.IntRange(1, 60).Draw(t, "targets")
	conv := Conv{In: Shape{2, 5, 4}, OutChannels: 3, Kernel: []int{3, 3}, Stride: []int{1, 1}, Padding: []int{1, 1}}
	rule := rapid.SampledFrom([]Rule{
		FixedInDegree(rapid.IntRange(1, 200).Draw(t, "indegree")), AllToAll{}, OneToOne{},
		OutDegree{K: rapid.IntRange(1, 30).Draw(t, "outdegree")}, Bernoulli{P: 0.4}, conv,
		SumPool{In: Shape{2, 4, 6}, Kernel: []int{2, 2}},
	}).Draw(t, "rule")
	switch r := rule.(type) {
	case OneToOne:
		targets = sources
	case Stencil:
		sources, targets = r.InShape().Size(), r.OutShape().Size()
	}
	weight := rapid.SampledFrom([]Value{
		Const(0.25), Const(-1.5), Uniform{-1, 1}, Normal{Mean: 2, Std: 1}, Rounded{Normal{Mean: 0, Std: 3}, 0.125},
	}).Draw(t, "weight")
	delay := rapid.SampledFrom([]Value{
		Const(0), Const(1), Const(1.5), Uniform{0.1, 2}, Uniform{1, 16}, Normal{Mean: 1, Std: 1, Min: 0.1, Max: 30},
	}).Draw(t, "delay")
	lo := rapid.IntRange(0, targets-1).Draw(t, "lo")
	s := Spec{
		Rule: rule, Synapse: Static{weight, delay}, TickMs: 0.1,
		Wiring:  Wiring{Key: rng.NewKey(rapid.Uint64().Draw(t, "seed"), rng.Connect, 0), Sources: sources, Targets: targets},
		Weights: rng.NewKey(2, rng.Weight, 0), Delays: rng.NewKey(3, rng.Delay, 0),
		Lo: lo, Hi: rapid.IntRange(lo+1, targets).Draw(t, "hi"), Slot: rapid.IntRange(0, 9).Draw(t, "slot"),
		Sign:   rapid.SampledFrom([]Sign{Both, Positive, NotPositive}).Draw(t, "sign"),
		Intake: rapid.SampledFrom([]Intake{Summing, Summing, Counting, Timing}).Draw(t, "intake"), MinDelay: 1,
	}
	if delay == Const(0) {
		s.MinDelay = 0
	}
	if s.Intake != Summing {
		s.Sign = Both
	}
	s.Scale = ChooseScale([]Feed{{Weight: weight, Events: 1e4}})
	if s.Intake == Counting {
		s.Scale = Scale{Quantum: 1, Wide: true}
	}
	return s
}

// arrival is one entry of the obvious result: which slot gets how much how many ticks after a spike.
type arrival struct {
	ticks int32
	slot  uint32
}

// obvious enumerates the synapses of a spec one by one and sums what the spikes bring.
func obvious(s Spec, spikes []uint32, first uint32) (sums map[arrival]int64, events int64) {
	sums = map[arrival]int64{}
	weight, delay := StrengthOf(s.Rule, s.Synapse)
	s.Rule.Visit(s.Wiring, s.Lo, s.Hi, func(source, target uint32, ordinal uint64) {
		w := weight.Draw(s.Weights, ordinal)
		if s.Intake == Summing && !s.Sign.Takes(w) {
			return
		}
		ticks := max(int32(math.Floor(delay.Draw(s.Delays, ordinal)/s.TickMs+0.5)), s.MinDelay)
		units := s.Scale.Units(w)
		if s.Intake == Counting {
			units = 1
		}
		for _, word := range spikes {
			if spike.Index(word) == source+first {
				events++
				sums[arrival{ticks, target - uint32(s.Lo) + uint32(s.Slot)}] += signed(units, word&spike.Negative != 0)
			}
		}
	})
	return sums, events
}

// TestEveryFormDeliversWhatTheRuleSays holds each compiled form - rows by delay, cursor rows, one to
// one, dense, stencil; shared, packed and wide weights; 32- and 64-bit sums; lazy marking - against
// the enumeration of the rule.
func TestEveryFormDeliversWhatTheRuleSays(t *testing.T) {
	forms := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t)
		c, err := Compile(s)
		require.NoError(t, err)
		forms[c.Encoding()]++
		first := rapid.Uint32Range(0, 5).Draw(t, "first")
		var spikes []uint32
		for range rapid.IntRange(0, 12).Draw(t, "spikes") {
			word := rapid.Uint32Range(0, uint32(s.Wiring.Sources)+8).Draw(t, "neuron")
			if s.Intake == Summing && rapid.Bool().Draw(t, "negative") {
				word |= spike.Negative
			}
			spikes = append(spikes, word)
		}
		want, wantEvents := obvious(s, spikes, first)
		have, events := delivered(t, s, c, spikes, first)
		require.Equal(t, wantEvents, events, c.Encoding())
		for k, v := range want {
			if v == 0 {
				delete(want, k)
			}
		}
		require.Equal(t, want, have, c.Encoding())
	})
	for name, n := range forms {
		t.Logf("%5d × %s", n, name)
	}
	require.Greater(t, len(forms), 6, "too few of the forms were drawn")
}

// delivered collects what the connectivity hands to its sink, delay class by delay class, and
// checks the list of touched neurons on the way.
func delivered(t *rapid.T, s Spec, c Connectivity, spikes []uint32, first uint32) (sums map[arrival]int64, events int64) {
	n := s.Slot + s.Hi - s.Lo
	sums = map[arrival]int64{}
	var before []float64
	if s.Intake == Timing {
		before = make([]float64, len(spikes))
	}
	require.True(t, slices.IsSorted(c.Delays()))
	for class, ticks := range c.Delays() {
		sink := Sink{Lazy: NewTouched(n)}
		if s.Scale.Wide || s.Intake == Timing {
			sink.Sum64 = make([]int64, n)
		} else {
			sink.Sum32 = make([]int32, n)
		}
		c.Deliver(class, spikes, before, first, &sink)
		events += sink.Events
		for _, a := range sink.Timed {
			sink.Sum64[a.Neuron] += s.Scale.Units(a.Weight)
		}
		for slot := range uint32(n) {
			units := int64(0)
			if sink.Sum32 != nil {
				units = int64(sink.Sum32[slot])
			} else {
				units = sink.Sum64[slot]
			}
			if units != 0 {
				sums[arrival{ticks, slot}] = units
				require.Contains(t, sink.Lazy.List, slot)
			}
		}
		slices.Sort(sink.Lazy.List)
		require.Equal(t, slices.Compact(slices.Clone(sink.Lazy.List)), sink.Lazy.List, "a neuron is listed twice")
	}
	return sums, events
}

// TestScaleIsExactWhereItSaysSo checks the choice of the fixed-point format on the cases of the
// manual: one weight, multiples of it, binary fractions, and weights that share no quantum.
func TestScaleIsExactWhereItSaysSo(t *testing.T) {
	feed := func(events float64, ws ...Value) (f []Feed) {
		for _, w := range ws {
			f = append(f, Feed{Weight: w, Events: events})
		}
		return f
	}
	require.Equal(t, Scale{Quantum: 0.1}, ChooseScale(feed(1250, Const(0.1), Const(-0.5))))
	require.Equal(t, Scale{Quantum: 0.25}, ChooseScale(feed(1250, Const(0.25), Const(-2))))
	require.Equal(t, Scale{Quantum: 0.125}, ChooseScale(feed(10, Rounded{Normal{Mean: 1, Std: 1, Min: 0, Max: 4}, 0.125})))
	wide := ChooseScale(feed(1000, Const(0.1), Const(0.25)))
	require.True(t, wide.Wide)
	require.Less(t, math.Abs(float64(wide.Units(0.1))*wide.Quantum-0.1), 1e-13)
	require.True(t, ChooseScale(feed(1e9, Const(1), Const(1000))).Wide, "a sum of 1e12 does not fit 31 bits")
	require.True(t, ChooseScale([]Feed{{Weight: Const(1), Plastic: true, Events: 10}}).Wide)
}
