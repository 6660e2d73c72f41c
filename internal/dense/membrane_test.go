package dense

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// naiveMembrane is the definition of one tick of one neuron, in the words of the learning rules.
func naiveMembrane[F Real](m *Membrane[F], couple bool, u, in, trace F) (u1, v, s, trace1 F) {
	v = addProduct(in, m.Before, u)
	if v >= m.Threshold {
		s = 1
	} else if couple && v <= -m.Threshold {
		s = -1
	}
	reset := v
	if s != 0 {
		reset = v - m.Quantum*s // the product is exact
	}
	return F(m.After * reset), v, s, addProduct(s, m.Trace, trace)
}

func testMembrane[F Real](couple bool) func(t *testing.T) {
	return func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			s := newSource(t)
			n := rapid.OneOf(rapid.IntRange(0, 100), rapid.IntRange(16370, 16400)).Draw(t, "n")
			factor := rapid.SampledFrom([]F{1, 0.5, 0.9, 0})
			m := &Membrane[F]{Before: factor.Draw(t, "before"), After: factor.Draw(t, "after"), Trace: factor.Draw(t, "trace"),
				Threshold: rapid.SampledFrom([]F{1, 0.5, 0.25, 0}).Draw(t, "threshold"),
				Quantum:   rapid.SampledFrom([]F{1, 2, 0.1}).Draw(t, "quantum")}
			var cells [4]guarded[F] // u, in, s, trace
			for i := range cells {
				cells[i] = guard(sprinkle(s, numbers[F](s, n)), s.offset())
			}
			var want [4][]F
			spikes := 0
			for i := range n {
				u, v, out, trace := naiveMembrane(m, couple, cells[0].slice()[i], cells[1].slice()[i], cells[3].slice()[i])
				for k, x := range []F{u, v, out, trace} {
					want[k] = append(want[k], x)
				}
				if out != 0 {
					spikes++
				}
			}
			advance := m.Fire
			if couple {
				advance = m.Couple
			}
			got := advance(cells[0].slice(), cells[1].slice(), cells[2].slice(), cells[3].slice())
			require.Equal(t, spikes, got, "spikes")
			for k, what := range []string{"u", "in", "s", "trace"} {
				equalBits(t, want[k], append([]F(nil), cells[k].slice()...)[:n], what)
				cells[k].requireIntact(t, what)
			}
		})
	}
}

func TestFire(t *testing.T) {
	forEachLevel(t, testMembrane[float32](false))
	t.Run("float64", testMembrane[float64](false))
}

func TestCouple(t *testing.T) {
	forEachLevel(t, testMembrane[float32](true))
	t.Run("float64", testMembrane[float64](true))
}

// Sign symmetry of couples: turning the input turns every spike, bit by bit (SPIDE, property 6).
func TestCouplesAreOdd(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		m := &Membrane[float32]{Before: 1, Threshold: 0.5, Quantum: 1, After: 0.9, Trace: 1}
		const n = 100
		var u, q, trace [2][n]float32
		s := &source{}
		for range 50 {
			var in [2][n]float32
			copy(in[0][:], numbers[float32](s, n))
			for i, x := range in[0] {
				in[1][i] = -x
			}
			a := m.Couple(u[0][:], in[0][:], q[0][:], trace[0][:])
			b := m.Couple(u[1][:], in[1][:], q[1][:], trace[1][:])
			require.Equal(t, a, b)
			require.Positive(t, a)
			for i := range n {
				require.Equal(t, q[0][i], -q[1][i])
				require.Equal(t, u[0][i], -u[1][i])
			}
		}
	})
}

// runHash pins the arithmetic of neurons and couples over levels, processors, compilers and GOAMD64.
const runHash = 0x153005df4e30ea52

func TestRunHash(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		const n, ticks = 203, 200
		fire := &Membrane[float32]{Before: 0.9, Threshold: 1, Quantum: 1, After: 1, Trace: 0.9}
		couple := &Membrane[float32]{Before: 1, Threshold: 0.5, Quantum: 1, After: 0.97, Trace: 0.97}
		w := NewWorkspace[float32](nil, Reproducible)
		s := &source{}
		weights := MatrixOf(numbers[float32](s, n*n), n, n)
		for i := range weights.Data {
			weights.Data[i] *= 0.1
		}
		u, in, out, trace := NewMatrix[float32](4, n), NewMatrix[float32](4, n), NewMatrix[float32](4, n), NewMatrix[float32](4, n)
		h, spikes := fnv.New64a(), 0
		for range ticks {
			copy(in.Data, numbers[float32](s, 4*n))
			w.Mul(in, out, weights) // the spikes of the tick before
			spikes += fire.Fire(u.Data[:2*n], in.Data[:2*n], out.Data[:2*n], trace.Data[:2*n])
			spikes += couple.Couple(u.Data[2*n:], in.Data[2*n:], out.Data[2*n:], trace.Data[2*n:])
			for _, x := range out.Data {
				h.Write([]byte{byte(int8(x))})
			}
		}
		for _, x := range append(u.Data, trace.Data...) {
			require.NoError(t, binary.Write(h, binary.LittleEndian, math.Float32bits(x)))
		}
		require.Greater(t, spikes, ticks*n)
		require.Equal(t, uint64(runHash), h.Sum64(), "%d spikes, hash %#x", spikes, h.Sum64())
	})
}
