package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// deltaCells is a population with guard cells around each of its arrays.
type deltaCells struct {
	v, drive guarded[float64]
	ref, in  guarded[int32]
	out      guarded[uint32]
}

func drawDeltaCells(t *rapid.T) deltaCells {
	n := sizes().Draw(t, "n")
	return deltaCells{
		v:     guard(filled(t, n, potentials(), "v"), offset(t), math.Pi),
		drive: guard(filled(t, n, potentials(), "drive"), offset(t), math.Pi),
		ref:   guard(filled(t, n, counters(), "ref"), offset(t), 3),
		in:    guard(filled(t, n, sums(), "in"), offset(t), 3),
		out:   spikeList(t, n),
	}
}

func (p deltaCells) clone() deltaCells {
	return deltaCells{p.v.clone(), p.drive.clone(), p.ref.clone(), p.in.clone(), p.out.clone()}
}

func (p deltaCells) intact() bool {
	return p.v.intact() && p.drive.intact() && p.ref.intact() && p.in.intact() && p.out.intact()
}

func (p deltaCells) tick(c *DeltaConst, first uint32) []uint32 {
	return Delta64(p.v.slice(), p.drive.slice(), p.ref.slice(), p.in.slice(), c, first, p.out.before())
}

func drawDeltaConst(t *rapid.T) *DeltaConst {
	return &DeltaConst{
		P:          rapid.OneOf(rapid.Float64Range(0, 1), rapid.Just(1.0)).Draw(t, "P"),
		Quantum:    rapid.Float64Range(-1, 1).Draw(t, "Quantum"),
		Vmin:       rapid.SampledFrom([]float64{math.Inf(-1), -100, -10, 0, math.Copysign(0, -1)}).Draw(t, "Vmin"),
		Vth:        rapid.OneOf(rapid.SampledFrom([]float64{15, 20, -5, 0, math.Inf(1), math.NaN()}), rapid.Float64Range(-10, 30)).Draw(t, "Vth"),
		Vreset:     rapid.Float64Range(-10, 10).Draw(t, "Vreset"),
		Refractory: rapid.Int32Range(0, 3).Draw(t, "Refractory"),
	}
}

// Every level leaves the same bits as the specification in every array, appends the same spikes in
// the same order, and touches nothing else.
func TestDelta64LevelsEqualPortable(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c := drawDeltaConst(t)
			first := rapid.Uint32().Draw(t, "first")
			got := drawDeltaCells(t)
			want := got.clone()
			for range 3 {
				wantOut := delta64Portable(want.v.slice(), want.drive.slice(), want.ref.slice(), want.in.slice(), c, first, want.out.before())
				gotOut := got.tick(c, first)
				require.Equal(t, wantOut, gotOut)
				equal64(t, want.v.array, got.v.array, "v")
				equal64(t, want.drive.array, got.drive.array, "drive")
				require.Equal(t, want.ref.array, got.ref.array, "ref")
				require.Equal(t, want.in.array, got.in.array, "in")
				require.Equal(t, want.out.array, got.out.array, "out and what lies behind")
				require.True(t, got.intact(), "guard cells")
			}
		})
	})
}

// One tick of one neuron, by the equations of iaf_psc_delta with refractory_input off. The numbers
// are binary fractions, so that the expected values are exact.
func TestDelta64Tick(t *testing.T) {
	c := DeltaConst{P: 0.5, Quantum: 0.25, Vmin: -8, Vth: 16, Vreset: 2, Refractory: 3}
	tests := map[string]struct {
		v, drive float64
		ref, in  int32
		wantV    float64
		wantRef  int32
		fires    bool
	}{
		"decays":                                {v: 12, wantV: 6},
		"takes drive and arrivals":              {v: 12, drive: 1, in: 10, wantV: 9.5},
		"arrivals are not decayed":              {in: -4, wantV: -1},
		"stays below the threshold":             {in: 63, wantV: 15.75},
		"fires at the threshold":                {in: 64, wantV: 2, wantRef: 3, fires: true},
		"fires above the threshold":             {v: 30, drive: 4, wantV: 2, wantRef: 3, fires: true},
		"stops at the lower bound":              {in: -400, wantV: -8},
		"rests: keeps v, loses arrivals":        {v: 2, drive: 1, ref: 3, in: 1000, wantV: 2, wantRef: 2},
		"last tick of rest":                     {v: 2, ref: 1, in: 1000, wantV: 2, wantRef: 0},
		"rests above the threshold, stays mute": {v: 20, ref: 2, wantV: 20, wantRef: 1},
		"NaN never fires":                       {v: math.NaN(), in: 1000, wantV: math.NaN()},
	}
	forEachLevel(t, func(t *testing.T) {
		for name, test := range tests {
			// Twelve neurons: one vector and, where vectors are used, a remainder.
			for slot := range 12 {
				v, drive, ref, in := make([]float64, 12), make([]float64, 12), make([]int32, 12), make([]int32, 12)
				v[slot], drive[slot], ref[slot], in[slot] = test.v, test.drive, test.ref, test.in
				out := Delta64(v, drive, ref, in, &c, 100, nil)
				equal64(t, []float64{test.wantV}, v[slot:slot+1], name)
				require.Equal(t, test.wantRef, ref[slot], name)
				require.Zero(t, in[slot], name)
				if test.fires {
					require.Equal(t, []uint32{100 + uint32(slot)}, out, name)
				} else {
					require.Empty(t, out, name)
				}
			}
		}
	})
}

// A neuron under constant drive fires every 1 + Refractory + k ticks, where k+1 ticks of free
// integration reach the threshold.
func TestDelta64RestsForRefractoryTicks(t *testing.T) {
	c := DeltaConst{P: 1, Vmin: math.Inf(-1), Vth: 2, Refractory: 5}
	forEachLevel(t, func(t *testing.T) {
		const n = 17
		v, drive, ref, in := make([]float64, n), make([]float64, n), make([]int32, n), make([]int32, n)
		for i := range drive {
			drive[i] = 1
		}
		var ticks []int
		for tick := range 30 {
			if out := Delta64(v, drive, ref, in, &c, 0, nil); len(out) > 0 {
				require.Len(t, out, n)
				ticks = append(ticks, tick)
			}
		}
		require.Equal(t, []int{1, 8, 15, 22, 29}, ticks)
	})
}

// Each product is rounded before it is added: (1+2^-30)^2 is 1 + 2^-29 + 2^-60, of which the rounding
// drops the last term, and a fused operation would not.
func TestDelta64DoesNotFuse(t *testing.T) {
	const tiny = 1.0 / (1 << 30)
	forEachLevel(t, func(t *testing.T) {
		for slot := range 12 {
			v, drive, ref, in := make([]float64, 12), make([]float64, 12), make([]int32, 12), make([]int32, 12)
			c := DeltaConst{P: 1 + tiny, Vmin: -10, Vth: 10}
			v[slot], drive[slot] = 1+tiny, -1
			Delta64(v, drive, ref, in, &c, 0, nil)
			require.Equal(t, 2*tiny, v[slot], "P*v + drive")

			c = DeltaConst{Quantum: (1 + tiny) * tiny, Vmin: -10, Vth: 10}
			v[slot], drive[slot], in[slot] = 0, -1, 1<<30+1
			Delta64(v, drive, ref, in, &c, 0, nil)
			require.Equal(t, 2*tiny, v[slot], "(..) + in*Quantum")
		}
	})
}

func TestDelta64DoesNotAllocate(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		const n = 5000
		v, drive, ref, in := make([]float64, n), make([]float64, n), make([]int32, n), make([]int32, n)
		for i := range drive {
			drive[i] = float64(i % 7)
		}
		c := DeltaConst{P: 0.9, Vth: 20, Refractory: 2}
		out := make([]uint32, 0, n)
		spikes := 0
		require.Zero(t, testing.AllocsPerRun(20, func() { spikes += len(Delta64(v, drive, ref, in, &c, 0, out)) }))
		require.NotZero(t, spikes)
	})
}

// A slice that is too short is found before anything is written.
func TestDelta64PanicsOnShortSlices(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		f := func(drive, ref, in int) func() {
			return func() {
				Delta64(make([]float64, 9), make([]float64, drive), make([]int32, ref), make([]int32, in), &DeltaConst{}, 0, nil)
			}
		}
		require.NotPanics(t, f(9, 9, 9))
		require.Panics(t, f(8, 9, 9))
		require.Panics(t, f(9, 8, 9))
		require.Panics(t, f(9, 9, 8))
	})
}
