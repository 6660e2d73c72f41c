package synapse

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func ticksOf(list []postSpike) []int64 {
	var ticks []int64
	for _, s := range list {
		ticks = append(ticks, s.tick)
	}
	return ticks
}

func newTestHistory(ticks ...int64) history {
	h := newHistory(1, newDecay(20, testTick), newDecay(110, testTick))
	for _, s := range ticks {
		h.add(0, s)
	}
	return h
}

func TestHistoryWindow(t *testing.T) {
	h := newTestHistory(5, 9, 9, 12)
	require.Equal(t, []int64{5, 9, 9}, ticksOf(h.upTo(0, 11)))
	require.Equal(t, []int64{9, 9, 12}, ticksOf(after(h.upTo(0, 12), 5)))
	require.Empty(t, h.upTo(0, 4))
	require.Empty(t, after(h.upTo(0, 9), 9))
}

func TestHistoryTraces(t *testing.T) {
	h := newTestHistory(5, 9, 9, 12)
	e := func(ticks, tau float64) float64 { return math.Exp(-ticks * testTick / tau) }
	require.Zero(t, h.trace(h.upTo(0, 5), 5), "strictly before")
	require.InDelta(t, e(4, 20), h.trace(h.upTo(0, 9), 9), 1e-15, "two spikes of the tick itself do not count")
	require.InDelta(t, e(6, 20)+2*e(2, 20), h.trace(h.upTo(0, 11), 11), 1e-15)
	require.InDelta(t, e(4, 110)+1, h.spikes[0][2].slow, 1e-15, "the slow trace counts the spike before, be it of the same tick")
	require.InDelta(t, e(7, 110)+2*e(3, 110), h.spikes[0][3].slow, 1e-15)
}

// A lookup at the tick of the cut counts the spikes strictly before: the last of these must stay.
func TestForgetKeepsWhatIsNeeded(t *testing.T) {
	for _, c := range []struct {
		cut  int64
		want []int64
	}{
		{0, []int64{5, 9, 9, 12}},
		{5, []int64{5, 9, 9, 12}},
		{6, []int64{5, 9, 9, 12}},
		{9, []int64{5, 9, 9, 12}},
		{10, []int64{9, 12}},
		{12, []int64{9, 12}},
		{13, []int64{12}},
		{99, []int64{12}},
	} {
		h := newTestHistory(5, 9, 9, 12)
		at := max(c.cut, 12)
		before := h.trace(h.upTo(0, at), at)
		h.forget(c.cut)
		require.Equal(t, c.want, ticksOf(h.spikes[0]), "cut %d", c.cut)
		require.Equal(t, len(c.want), h.count)
		require.Equal(t, before, h.trace(h.upTo(0, at), at))
	}
}

// The history stays bounded, and passes over all synapses stay rare, for slow and for fast
// neurons.
func TestHistoryIsBounded(t *testing.T) {
	const ticks, delay, targets = 50_000, 300, 10
	for _, gap := range []int64{1, 3, 40, 700} {
		rows := &testRows{}
		for target := range uint32(targets) {
			rows.add(0, target, delay, 1, int(target))
		}
		p, err := NewSTDP().Plasticity(rows, targets, testTick)
		require.NoError(t, err)
		most, passes := 0, 0
		for now := int64(1); now <= ticks; now++ {
			if p.NeedsCatchUp() {
				p.CatchUp(now)
				passes++
			}
			if now%gap == 0 {
				for target := range uint32(targets) {
					p.PostSpike(target, now)
				}
			}
			most = max(most, p.(*pairing).post.count)
		}
		needed := int(2*delay/gap) + 2
		require.LessOrEqual(t, most, targets*max(historyPerNeuron+1, 2*needed+1), "a spike every %d ticks", gap)
		require.LessOrEqual(t, passes, int(ticks/gap)/min(historyPerNeuron-2, needed)+1)
	}
}

func TestDecayTableHasTheBitsOfTheFormula(t *testing.T) {
	d := newDecay(3.7, testTick)
	direct := &decay{tick: testTick, tau: 3.7}
	require.Len(t, d.table, 297)
	for n := range int64(400) {
		require.Equal(t, direct.at(n), d.at(n))
		require.InEpsilon(t, math.Exp(-float64(n)*testTick/3.7), d.at(n), 1e-13)
	}
	require.Len(t, newDecay(1e9, testTick).table, decayTableMax)
	require.Zero(t, d.at(math.MaxInt64))
}
