package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// expCells is a population with guard cells around each of its arrays.
type expCells struct {
	v, iex, iin, drive guarded[float64]
	ref, inEx, inIn    guarded[int32]
	out                guarded[uint32]
}

func drawExpCells(t *rapid.T) expCells {
	n := sizes().Draw(t, "n")
	return expCells{
		v:     guard(filled(t, n, potentials(), "v"), offset(t), math.Pi),
		iex:   guard(filled(t, n, potentials(), "iex"), offset(t), math.Pi),
		iin:   guard(filled(t, n, potentials(), "iin"), offset(t), math.Pi),
		drive: guard(filled(t, n, potentials(), "drive"), offset(t), math.Pi),
		ref:   guard(filled(t, n, counters(), "ref"), offset(t), 3),
		inEx:  guard(filled(t, n, sums(), "inEx"), offset(t), 3),
		inIn:  guard(filled(t, n, sums(), "inIn"), offset(t), 3),
		out:   spikeList(t, n),
	}
}

func (p expCells) clone() expCells {
	return expCells{p.v.clone(), p.iex.clone(), p.iin.clone(), p.drive.clone(),
		p.ref.clone(), p.inEx.clone(), p.inIn.clone(), p.out.clone()}
}

func (p expCells) intact() bool {
	return p.v.intact() && p.iex.intact() && p.iin.intact() && p.drive.intact() &&
		p.ref.intact() && p.inEx.intact() && p.inIn.intact() && p.out.intact()
}

func (p expCells) tick(c *ExpConst, first uint32) []uint32 {
	return Exp64(p.v.slice(), p.iex.slice(), p.iin.slice(), p.drive.slice(),
		p.ref.slice(), p.inEx.slice(), p.inIn.slice(), c, first, p.out.before())
}

func drawExpConst(t *rapid.T) *ExpConst {
	factor := rapid.Float64Range(-1, 1)
	return &ExpConst{
		P:   rapid.OneOf(rapid.Float64Range(0, 1), rapid.Just(1.0)).Draw(t, "P"),
		AEx: factor.Draw(t, "AEx"), AIn: factor.Draw(t, "AIn"),
		DecayEx: factor.Draw(t, "DecayEx"), DecayIn: factor.Draw(t, "DecayIn"),
		QuantumEx: factor.Draw(t, "QuantumEx"), QuantumIn: factor.Draw(t, "QuantumIn"),
		Vth:        rapid.OneOf(rapid.SampledFrom([]float64{15, 20, -5, 0, math.Inf(1), math.NaN()}), rapid.Float64Range(-10, 30)).Draw(t, "Vth"),
		Vreset:     rapid.Float64Range(-10, 10).Draw(t, "Vreset"),
		Refractory: rapid.Int32Range(0, 3).Draw(t, "Refractory"),
	}
}

// Every level leaves the same bits as the specification in every array, appends the same spikes in
// the same order, and touches nothing else.
func TestExp64LevelsEqualPortable(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c := drawExpConst(t)
			first := rapid.Uint32().Draw(t, "first")
			got := drawExpCells(t)
			want := got.clone()
			for range 3 {
				wantOut := exp64Portable(want.v.slice(), want.iex.slice(), want.iin.slice(), want.drive.slice(),
					want.ref.slice(), want.inEx.slice(), want.inIn.slice(), c, first, want.out.before())
				gotOut := got.tick(c, first)
				require.Equal(t, wantOut, gotOut)
				equal64(t, want.v.array, got.v.array, "v")
				equal64(t, want.iex.array, got.iex.array, "iex")
				equal64(t, want.iin.array, got.iin.array, "iin")
				equal64(t, want.drive.array, got.drive.array, "drive")
				require.Equal(t, want.ref.array, got.ref.array, "ref")
				require.Equal(t, want.inEx.array, got.inEx.array, "inEx")
				require.Equal(t, want.inIn.array, got.inIn.array, "inIn")
				require.Equal(t, want.out.array, got.out.array, "out and what lies behind")
				require.True(t, got.intact(), "guard cells")
			}
		})
	})
}

// One tick of one neuron, by the equations of iaf_psc_exp. The numbers are binary fractions, so that
// the expected values are exact.
func TestExp64Tick(t *testing.T) {
	c := ExpConst{P: 0.5, AEx: 0.25, AIn: 0.125, DecayEx: 0.5, DecayIn: 0.75, QuantumEx: 2, QuantumIn: 4,
		Vth: 16, Vreset: 2, Refractory: 3}
	type state struct {
		v, iex, iin float64
		ref         int32
	}
	tests := map[string]struct {
		state
		drive      float64
		inEx, inIn int32
		want       state
		fires      bool
	}{
		"decays":                         {state: state{v: 12}, want: state{v: 6}},
		"currents charge the membrane":   {state: state{v: 12, iex: 8, iin: -8}, drive: 1, want: state{v: 8, iex: 4, iin: -6}},
		"arrivals act in the next tick":  {inEx: 3, inIn: -5, want: state{iex: 6, iin: -20}},
		"stays below the threshold":      {state: state{iex: 63}, want: state{v: 15.75, iex: 31.5}},
		"fires at the threshold":         {state: state{iex: 64}, want: state{v: 2, iex: 32, ref: 3}, fires: true},
		"fires, and takes arrivals":      {state: state{v: 40}, inEx: 1, want: state{v: 2, iex: 2, ref: 3}, fires: true},
		"rests: keeps v, currents go on": {state: state{v: 2, iex: 80, iin: 80, ref: 3}, drive: 9, inEx: 1, inIn: 1, want: state{v: 2, iex: 42, iin: 64, ref: 2}},
		"last tick of rest, no test":     {state: state{v: 20, ref: 1}, want: state{v: 20}},
		"NaN never fires":                {state: state{v: math.NaN(), iex: 100}, want: state{v: math.NaN(), iex: 50}},
	}
	forEachLevel(t, func(t *testing.T) {
		for name, test := range tests {
			// Twelve neurons: one vector and, where vectors are used, a remainder.
			for slot := range 12 {
				v, iex, iin, drive := make([]float64, 12), make([]float64, 12), make([]float64, 12), make([]float64, 12)
				ref, inEx, inIn := make([]int32, 12), make([]int32, 12), make([]int32, 12)
				v[slot], iex[slot], iin[slot], ref[slot] = test.v, test.iex, test.iin, test.ref
				drive[slot], inEx[slot], inIn[slot] = test.drive, test.inEx, test.inIn
				out := Exp64(v, iex, iin, drive, ref, inEx, inIn, &c, 100, nil)
				equal64(t, []float64{test.want.v, test.want.iex, test.want.iin}, []float64{v[slot], iex[slot], iin[slot]}, name)
				require.Equal(t, test.want.ref, ref[slot], name)
				require.Zero(t, inEx[slot], name)
				require.Zero(t, inIn[slot], name)
				if test.fires {
					require.Equal(t, []uint32{100 + uint32(slot)}, out, name)
				} else {
					require.Empty(t, out, name)
				}
			}
		}
	})
}

// Each product is rounded before it is added: (1+2^-30)^2 is 1 + 2^-29 + 2^-60, of which the rounding
// drops the last term, and a fused operation would not. The sum is taken from left to right.
func TestExp64DoesNotFuse(t *testing.T) {
	const tiny = 1.0 / (1 << 30)
	const near = 1 + tiny
	none := ExpConst{Vth: 10}
	tests := map[string]struct {
		c                  ExpConst
		v, iex, iin, drive float64
		inEx, inIn         int32
		wantV              float64
		wantEx, wantIn     float64
	}{
		"P*v + AEx*iex":                  {c: ExpConst{P: near, AEx: 1, Vth: 10}, v: near, iex: -1, wantV: 2 * tiny},
		"AEx*iex + P*v":                  {c: ExpConst{P: 1, AEx: near, Vth: 10}, v: -1, iex: near, wantV: 2 * tiny},
		"(..) + AIn*iin":                 {c: ExpConst{P: 1, AIn: near, Vth: 10}, v: -1, iin: near, wantV: 2 * tiny},
		"DecayEx*iex + inEx*QuantumEx":   {c: ExpConst{DecayEx: near, QuantumEx: 1, Vth: 10}, iex: near, inEx: -1, wantEx: 2 * tiny},
		"inEx*QuantumEx + DecayEx*iex":   {c: ExpConst{DecayEx: 1, QuantumEx: near * tiny, Vth: 10}, iex: -1, inEx: 1<<30 + 1, wantEx: 2 * tiny},
		"DecayIn*iin + inIn*QuantumIn":   {c: ExpConst{DecayIn: near, QuantumIn: 1, Vth: 10}, iin: near, inIn: -1, wantIn: 2 * tiny},
		"inIn*QuantumIn + DecayIn*iin":   {c: ExpConst{DecayIn: 1, QuantumIn: near * tiny, Vth: 10}, iin: -1, inIn: 1<<30 + 1, wantIn: 2 * tiny},
		"1 + 2^-53 + 2^-53 is 1":         {c: ExpConst{P: 1, AEx: 1, AIn: 1, Vth: 10}, v: 1, iex: 0x1p-53, iin: 0x1p-53, wantV: 1},
		"2^-53 + 2^-53 + 1 is above one": {c: ExpConst{P: 1, AEx: 1, AIn: 1, Vth: 10}, v: 0x1p-53, iex: 0x1p-53, iin: 1, wantV: 1 + 0x1p-52},
		"the drive comes last":           {c: ExpConst{P: 1, AEx: 1, Vth: 10}, v: 0x1p-53, iex: 0x1p-53, drive: 1, wantV: 1 + 0x1p-52},
		"nothing":                        {c: none},
	}
	forEachLevel(t, func(t *testing.T) {
		for name, test := range tests {
			for slot := range 12 {
				v, iex, iin, drive := make([]float64, 12), make([]float64, 12), make([]float64, 12), make([]float64, 12)
				ref, inEx, inIn := make([]int32, 12), make([]int32, 12), make([]int32, 12)
				v[slot], iex[slot], iin[slot], drive[slot] = test.v, test.iex, test.iin, test.drive
				inEx[slot], inIn[slot] = test.inEx, test.inIn
				require.Empty(t, Exp64(v, iex, iin, drive, ref, inEx, inIn, &test.c, 0, nil), name)
				require.Equal(t, test.wantV, v[slot], name)
				if test.inEx != 0 {
					require.Equal(t, test.wantEx, iex[slot], name)
				}
				if test.inIn != 0 {
					require.Equal(t, test.wantIn, iin[slot], name)
				}
			}
		}
	})
}

func TestExp64DoesNotAllocate(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		const n = 5000
		v, iex, iin, drive := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		ref, inEx, inIn := make([]int32, n), make([]int32, n), make([]int32, n)
		for i := range drive {
			drive[i] = float64(i % 7)
		}
		c := ExpConst{P: 0.9, Vth: 20, Refractory: 2}
		out := make([]uint32, 0, n)
		spikes := 0
		require.Zero(t, testing.AllocsPerRun(20, func() {
			spikes += len(Exp64(v, iex, iin, drive, ref, inEx, inIn, &c, 0, out))
		}))
		require.NotZero(t, spikes)
	})
}

// A slice that is too short is found before anything is written.
func TestExp64PanicsOnShortSlices(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		for short := -1; short < 6; short++ {
			length := func(which int) int {
				if which == short {
					return 8
				}
				return 9
			}
			floats := func(which int) []float64 { return make([]float64, length(which)) }
			ints := func(which int) []int32 { return make([]int32, length(which)) }
			tick := func() {
				Exp64(make([]float64, 9), floats(0), floats(1), floats(2), ints(3), ints(4), ints(5), &ExpConst{}, 0, nil)
			}
			if short < 0 {
				require.NotPanics(t, tick)
			} else {
				require.Panics(t, tick, "slice %d", short)
			}
		}
	})
}
