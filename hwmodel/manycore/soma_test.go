package manycore

import (
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/internal/rng"
)

// input is what reaches a neuron in a step; none is nothing at all, which is not the same as a sum of 0.
type input struct {
	sum     float64
	present bool
}

var none = input{}

func some(sum float64) input { return input{sum, true} }

// did runs a soma and returns a letter per step: i(dle), u(pdated), f(ired).
func did(s Soma, inputs ...input) string {
	state := s.start(rng.NewKey(1, rng.Test, 0))
	letters := ""
	for i, in := range inputs {
		letters += string("iuf"[state.step(int64(i+1), in.sum, in.present)])
	}
	return letters
}

func repeat(in input, n int) []input {
	list := make([]input, n)
	for i := range list {
		list[i] = in
	}
	return list
}

func lif(change func(*LIF)) LIF {
	l := NewLIF()
	change(&l)
	return l
}

func TestLIF(t *testing.T) {
	for _, c := range []struct {
		name   string
		soma   LIF
		inputs []input
		want   string
	}{
		{"nothing to do", NewLIF(), repeat(none, 3), "iii"},
		{"a sum of 0 is an input", NewLIF(), []input{some(0), none}, "ui"},
		{"the threshold must be passed", lif(func(l *LIF) { l.Threshold = 2 }), []input{some(2), some(0.5), none}, "ufi"},
		{"bias", lif(func(l *LIF) { l.Threshold, l.Bias = 1, 0.5 }), repeat(none, 6), "uufuuf"},
		{"soft reset keeps the rest", lif(func(l *LIF) { l.Threshold, l.Bias, l.ResetMode = 1, 0.75, SoftReset }), repeat(none, 7), "uffufff"},
		{"no reset", lif(func(l *LIF) { l.Threshold, l.ResetMode = 1, NoReset }), []input{some(1.5), none, none}, "fff"},
		{"reset value", lif(func(l *LIF) { l.Threshold, l.Reset = 1, -0.5 }), []input{some(1.5), some(1.5), some(1.5), none}, "fufu"},
		{"leak", lif(func(l *LIF) { l.Threshold, l.LeakDecay = 1, 0.5 }), []input{some(1), some(0.5), some(0.51), none}, "uufi"},
		{"leak is cut off at 1/64", lif(func(l *LIF) { l.Threshold, l.LeakDecay = 9, 0.5 }), append([]input{some(1.0 / 32)}, repeat(none, 3)...), "uuui"},
		{"input of one step", lif(func(l *LIF) { l.Threshold = 1.5 }), []input{some(1), none, some(1), none}, "uufi"},
		{"input that decays", lif(func(l *LIF) { l.Threshold, l.InputDecay = 1.8, 0.5 }), []input{some(1), none, none, none}, "uuuf"},
		{"current charges a neuron that looks idle", lif(func(l *LIF) { l.Threshold, l.InputDecay = 1, 0.5 }), []input{some(1.5), none, none, none}, "fifi"},
		{"forced", lif(func(l *LIF) { l.ForceUpdate = true }), repeat(none, 2), "uu"},
		{"refractory for one step: no effect", lif(func(l *LIF) { l.RefractoryDelay = 1 }), repeat(some(1), 3), "fff"},
		{"refractory for three steps", lif(func(l *LIF) { l.RefractoryDelay = 3 }), repeat(some(1), 7), "fuufuuf"},
		{"reverse threshold left alone", NewLIF(), []input{some(-4), some(4.5), none}, "ufi"},
		{"reverse threshold, saturated", lif(func(l *LIF) { l.ReverseThreshold, l.ReverseResetMode = -1, Saturate }), []input{some(-4), some(1.5), none}, "ufi"},
		{"reverse threshold, hard", lif(func(l *LIF) { l.ReverseThreshold, l.ReverseReset, l.ReverseResetMode = -1, -2, HardReset }), []input{some(-4), some(2), some(0.5)}, "uuf"},
		{"reverse threshold, soft", lif(func(l *LIF) { l.ReverseThreshold, l.ReverseResetMode = -1, SoftReset }), []input{some(-4), some(3), some(0.5)}, "uuf"},
	} {
		require.NoError(t, c.soma.validate(), c.name)
		require.Equal(t, c.want, did(c.soma, c.inputs...), c.name)
	}
}

func TestTrueNorth(t *testing.T) {
	with := func(change func(*TrueNorth)) TrueNorth {
		n := NewTrueNorth()
		n.Threshold = 2
		change(&n)
		return n
	}
	for _, c := range []struct {
		name   string
		soma   TrueNorth
		inputs []input
		want   string
	}{
		{"the threshold is enough", with(func(*TrueNorth) {}), []input{some(2), none}, "fi"},
		{"leak to zero, not beyond", with(func(n *TrueNorth) { n.Leak = 1.5 }), []input{some(1), some(1.9), some(1.6), none}, "uufi"},
		{"leak to zero from below", with(func(n *TrueNorth) { n.Leak = 1 }), []input{some(-1.5), none, some(2)}, "uuf"},
		{"signed leak charges", with(func(n *TrueNorth) { n.Leak, n.LeakTowardsZero = 1, false }), repeat(none, 4), "ufuf"},
		{"bias", with(func(n *TrueNorth) { n.Bias = 1 }), repeat(none, 4), "ufuf"},
		{"soft reset", with(func(n *TrueNorth) { n.ResetMode = SoftReset }), []input{some(3), some(1), none}, "ffi"},
		{"saturates below", with(func(n *TrueNorth) { n.ReverseThreshold, n.ReverseResetMode = -1, Saturate }), []input{some(-9), some(3)}, "uf"},
		{"forced", with(func(n *TrueNorth) { n.ForceUpdate = true }), repeat(none, 2), "uu"},
	} {
		require.NoError(t, c.soma.validate(), c.name)
		require.Equal(t, c.want, did(c.soma, c.inputs...), c.name)
	}
}

func TestInput(t *testing.T) {
	require.Equal(t, "fiifi", did(Input{Train: []bool{true, false, false, true}}, repeat(none, 5)...))
	require.Equal(t, "iifiifiif", did(Input{Rate: 0.3}, repeat(none, 9)...), "every floor(1/0.3) steps")
	require.Equal(t, "fff", did(Input{Rate: 1}, repeat(none, 3)...))
	require.Equal(t, "fff", did(Input{Poisson: 1}, repeat(none, 3)...))
	require.Equal(t, "iiii", did(Input{Rate: 1e-300}, repeat(none, 4)...))

	// 10000 steps at 0.25: within five standard deviations of 2500
	fired := 0
	for _, letter := range did(Input{Poisson: 0.25}, repeat(none, 10_000)...) {
		if letter == 'f' {
			fired++
		}
	}
	require.InDelta(t, 2500, fired, 5*43.3)
}

// TestInputIsItsOwn adds neurons in front: random inputs follow seed and number, so that only a new number makes a
// new train, never what else there is.
func TestInputIsItsOwn(t *testing.T) {
	train := func(seed, neuron uint64) (letters string) {
		s := Input{Poisson: 0.5}.start(rng.NewKey(seed, rng.PoissonSource, 0).Sub(neuron))
		for step := range int64(64) {
			letters += string("iuf"[s.step(step+1, 0, false)])
		}
		return letters
	}
	require.Equal(t, train(1, 5), train(1, 5))
	require.NotEqual(t, train(1, 5), train(1, 6))
	require.NotEqual(t, train(1, 5), train(2, 5))
}

func TestRecorded(t *testing.T) {
	require.Equal(t, "uifiu", did(Recorded{Steps: []int64{3}}, some(0), none, some(9), none, some(1)))
	require.Equal(t, "uufu", did(Recorded{Steps: []int64{3}, Clocked: true}, repeat(none, 4)...))
}
