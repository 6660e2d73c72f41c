package neuron_test

import (
	"testing"

	"couplet/neuron"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// SPIDE, backward stage: q = +1 if u ≥ V_B, -1 if u ≤ -V_B, both inclusive; u -= θ_B·q; leak after
// the reset.
func TestPaperCouple(t *testing.T) {
	for _, single := range []bool{false, true} {
		newStepper(t, neuron.NewCouple(), neuron.Build{Single: single}).expect([]expectStep{
			{charge: 0.25, pre: 0.25, u: 0.25},
			{charge: 0.25, q: 1, pre: 0.5, u: -0.5}, // a tie fires
			{charge: 0, q: -1, pre: -0.5, u: 0.5},   // the modified reset leads from tie to tie
			{charge: -0.25, pre: 0.25, u: 0.25},
			{charge: -0.75, q: -1, pre: -0.5, u: 0.5},
			{charge: 2, q: 1, pre: 2.5, u: 1.5}, // one quantum per step: the rest stays
		})
	}
	unmodified := neuron.Couple{VTh: 1, VRest: 0, Lambda: 0.5}
	newStepper(t, unmodified, neuron.Build{}).expect([]expectStep{
		{charge: -1.5, q: -1, pre: -1.5, u: -0.25},
		{charge: 0.25, pre: 0, u: 0},
		{charge: 0.5, pre: 0.5, u: 0.25},
		{charge: 0.75, q: 1, pre: 1, u: 0},
	})
}

// SPIDE §10, odd symmetry: g → -g flips every spike.
func TestPaperCoupleIsOdd(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := neuron.NewCouple()
		m.Lambda = rapid.Float64Range(0, 1).Draw(rt, "lambda")
		a, b := newStepper(t, m, neuron.Build{}), newStepper(t, m, neuron.Build{})
		for range 50 {
			x := rapid.Float64Range(-1, 1).Draw(rt, "charge")
			q, pre, u := a.step(x)
			oppositeQ, oppositePre, oppositeU := b.step(-x)
			require.Equal(rt, q, -oppositeQ)
			require.True(rt, pre == -oppositePre && u == -oppositeU) // a zero has no sign here
		}
	})
}

// A constant charge g with |g| ≤ θ_B is emitted as its mean, to θ_B/2 in the sum: the residual of the
// modified reset lies within ±V_B.
func TestPaperCoupleEmitsItsCharge(t *testing.T) {
	for _, g := range []float64{-1, -0.375, 0, 0.0625, 0.71875, 1} {
		s := newStepper(t, neuron.NewCouple(), neuron.Build{})
		sum := 0
		for k := 1; k <= 100; k++ {
			q, _, _ := s.step(g)
			sum += q
			require.InDelta(t, float64(k)*g, float64(sum), 0.5)
		}
	}
	s := newStepper(t, neuron.NewCouple(), neuron.Build{})
	sum := 0
	for range 100 {
		q, _, _ := s.step(1.5) // more than one quantum per step: saturated
		sum += q
	}
	require.Equal(t, 100, sum)
}

// coupleScript is a random run of couples, hosted as Couple and as CouplePair.
type coupleScript struct {
	n       int
	build   neuron.Build
	charge  [][]int64 // by tick and couple, in quanta
	current [][]float64
}

func drawCouples(t *rapid.T) coupleScript {
	s := coupleScript{n: rapid.IntRange(1, 4).Draw(t, "couples")}
	s.build = neuron.Build{TickMs: 1, Single: rapid.Bool().Draw(t, "single")}
	for range 40 {
		charge, current := make([]int64, s.n), make([]float64, s.n)
		for i := range s.n {
			if rapid.Bool().Draw(t, "arrives") {
				charge[i] = rapid.Int64Range(-900, 900).Draw(t, "charge")
			}
			current[i] = float64(rapid.IntRange(-30, 30).Draw(t, "current")) / 100
		}
		s.charge, s.current = append(s.charge, charge), append(s.current, current)
	}
	return s
}

// play runs a state whose neurons are those of both signs: signs[k] is that of the k-th n neurons.
// read is called after every tick.
func (s coupleScript) play(t *rapid.T, state neuron.State, lazy bool, signs []int64, read func(now int64)) []neuron.Spikes {
	var all []neuron.Spikes
	in := []neuron.Input{{Sum64: make([]int64, s.n*len(signs)), Quantum: 1.0 / 1024}}
	for k := range s.charge {
		now := int64(k + 1)
		for i := range in[0].Sum64 {
			sign := signs[i/s.n]
			in[0].Sum64[i] = sign * s.charge[k][i%s.n]
			if k%10 == 0 {
				if lazy {
					state.(neuron.Lazy).Advance(i, now-1)
				}
				state.SetCurrent(i, float64(sign)*s.current[k][i%s.n])
			}
		}
		var out neuron.Spikes
		if lazy {
			var list []uint32
			for i := range in[0].Sum64 {
				if in[0].Sum64[i] != 0 || state.(neuron.Lazy).Wake(i) <= now {
					list = append(list, uint32(i))
				}
			}
			state.(neuron.Lazy).Touch(now, list, in, &out)
		} else {
			state.(neuron.Clocked).Step(now, in, &out)
		}
		require.Equal(t, make([]int64, len(in[0].Sum64)), in[0].Sum64)
		read(now)
		all = append(all, out)
	}
	return all
}

// SPIDE §3 and §10: the explicit two-neuron form equals the single ternary variable, spike for spike,
// and u_n = -u_p always.
func TestPaperPairEqualsCouple(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawCouples(t)
		m := neuron.Couple{
			VTh: rapid.Float64Range(0.1, 1).Draw(t, "V_th"), VRest: rapid.Float64Range(-1, 0).Draw(t, "V_rest"),
			Lambda: rapid.SampledFrom([]float64{1, 0.5, 0.9}).Draw(t, "lambda"),
		}
		unit, pair := s.build, s.build
		unit.N, pair.N = s.n, 2*s.n
		couple, err := m.Build(unit)
		require.NoError(t, err)
		want := s.play(t, couple, false, []int64{1}, func(int64) {})
		for _, lazy := range []bool{false, true} {
			pair.Lazy = lazy
			members, err := neuron.CouplePair{VTh: m.VTh, VRest: m.VRest, Lambda: m.Lambda}.Build(pair)
			require.NoError(t, err)
			got := s.play(t, members, lazy, []int64{1, -1}, func(now int64) {
				for p := range s.n {
					require.Equal(t, members.Read(0, p, now), -members.Read(0, p+s.n, now))
				}
			})
			for k := range want {
				require.Equal(t, memberSpikes(want[k], s.n), got[k].Neurons, "tick %d", k+1)
			}
			for p := range s.n {
				require.Equal(t, couple.Read(0, p, 40), members.Read(0, p, 40))
			}
		}
	})
}

// memberSpikes lists the members that fire for a list of signed spikes.
func memberSpikes(signed neuron.Spikes, n int) []uint32 {
	var p, m []uint32
	for _, i := range signed.Neurons {
		if i&neuron.Negative != 0 {
			m = append(m, i&^neuron.Negative+uint32(n))
		} else {
			p = append(p, i)
		}
	}
	return append(p, m...)
}

// With inputs that are not opposite each member goes its own way: "p firing: u_p -= θ, u_n += θ; n the
// reverse".
func TestPairMembersAreIndependent(t *testing.T) {
	state, err := neuron.NewCouplePair().Build(neuron.Build{N: 2, TickMs: 1})
	require.NoError(t, err)
	step := func(now int64, p, n int32) []uint32 {
		var out neuron.Spikes
		state.(neuron.Clocked).Step(now, []neuron.Input{{Sum32: []int32{p, n}, Quantum: 0.125}}, &out)
		return out.Neurons
	}
	require.Equal(t, []uint32{0}, step(1, 6, 1))
	require.Equal(t, []float64{-0.25, 1.125}, []float64{state.Read(0, 0, 1), state.Read(0, 1, 1)})
	require.Equal(t, []float64{0.75, 0.125}, []float64{state.Read(1, 0, 1), state.Read(1, 1, 1)})
	require.Equal(t, []uint32{1}, step(2, 0, 0))
	require.Equal(t, []float64{0.75, 0.125}, []float64{state.Read(0, 0, 2), state.Read(0, 1, 2)})
	require.Equal(t, []uint32{0, 1}, step(3, 0, 3)) // both fire: no charge moves
	require.Equal(t, []float64{0.75, 0.5}, []float64{state.Read(0, 0, 3), state.Read(0, 1, 3)})
}

func TestPairRefusals(t *testing.T) {
	m := neuron.NewCouplePair()
	require.True(t, m.Indivisible())
	require.False(t, m.Info().Signed)
	_, err := m.Build(neuron.Build{N: 3, TickMs: 1})
	require.EqualError(t, err, "neuron: ternary_couple_pair needs an even number of neurons, p members first (3)")
	_, err = m.Build(neuron.Build{First: 2, N: 2, TickMs: 1})
	require.EqualError(t, err, "neuron: a population of ternary_couple_pair cannot be divided (shard starts at 2)")
	_, err = m.Build(neuron.Build{N: 2, TickMs: 1, Each: map[string][]float64{"I_e": {1, 1}}})
	require.ErrorContains(t, err, `"I_e"`)
}

func TestPairColumns(t *testing.T) {
	build := func() neuron.State {
		state, err := neuron.NewCouplePair().Build(neuron.Build{N: 4, TickMs: 1, Lazy: true})
		require.NoError(t, err)
		return state
	}
	a, b := build(), build()
	for i, x := range []float64{0.375, -0.25, -0.375, 0.25} {
		a.SetCurrent(i, x)
	}
	run := func(s neuron.State, from, to int64) (spikes neuron.Spikes) {
		for now := from; now <= to; now++ {
			s.(neuron.Lazy).Touch(now, []uint32{3, 0}, []neuron.Input{{Sum32: make([]int32, 4), Quantum: 1}}, &spikes)
		}
		return spikes
	}
	run(a, 1, 10)
	for k, c := range a.Columns() {
		copy(b.Columns()[k].F64, c.F64)
		copy(b.Columns()[k].I64, c.I64)
	}
	spikes := run(a, 11, 30)
	require.NotEmpty(t, spikes.Neurons)
	require.Equal(t, spikes, run(b, 11, 30))
}

// The conformance suite makes populations of any size and divides them, which a pair refuses. Its
// equality with Couple stands for those checks; here is the rest.
func TestPairParameters(t *testing.T) {
	require.Empty(t, neuron.NewCouplePair().Validate())
	require.NotEmpty(t, neuron.CouplePair{VTh: 0.5, VRest: 0.5, Lambda: 1}.Validate())
	require.Equal(t, neuron.CouplePair{VTh: 0.5, VRest: -0.5, Lambda: 1}, neuron.NewCouplePair())
	require.Equal(t, 0.0, testing.AllocsPerRun(10, pairUpdate(t)))
}

func pairUpdate(t *testing.T) func() {
	state, err := neuron.NewCouplePair().Build(neuron.Build{N: 2, TickMs: 1})
	require.NoError(t, err)
	in := []neuron.Input{{Sum32: make([]int32, 2), Quantum: 1}}
	out := neuron.Spikes{Neurons: make([]uint32, 0, 4)}
	now := int64(0)
	return func() {
		now++
		in[0].Sum32[0], in[0].Sum32[1] = 1, -1
		out.Neurons = out.Neurons[:0]
		state.(neuron.Clocked).Step(now, in, &out)
	}
}
