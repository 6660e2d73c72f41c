package kernel

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"couplet/internal/rng"

	"github.com/stretchr/testify/require"
)

// The hashes of the spikes that 1003 neurons fire in 1000 ticks of random input and of the potentials
// that they end with. They pin the arithmetic over levels, processors, compilers and GOAMD64.
const (
	deltaRunHash = 0xcfd07ef40a56abaa
	expRunHash   = 0x66007004ea1e6297
)

const (
	runNeurons = 1003
	runTicks   = 1000
)

// arrivals puts into in the input sums of one tick: for one neuron in four, between -32 and 95.
func arrivals(in []int32, stream uint64, tick int) {
	for i := range in {
		r := rng.SplitMix(stream, uint64(tick*runNeurons+i))
		if r&3 == 0 {
			in[i] = int32(r>>2&127) - 32
		}
	}
}

// runHash hashes ticks and indices of the spikes of a run, and the potentials at its end.
func runHash(v []float64, run func(tick int, out []uint32) []uint32) (hash uint64, spikes int) {
	h := fnv.New64a()
	var b []byte
	var out []uint32
	for tick := range runTicks {
		out = run(tick, out[:0])
		spikes += len(out)
		for _, i := range out {
			b = binary.LittleEndian.AppendUint32(b, uint32(tick))
			b = binary.LittleEndian.AppendUint32(b, i)
		}
	}
	for _, u := range v {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(u))
	}
	h.Write(b)
	return h.Sum64(), spikes
}

// steady is constant current: another for each neuron, 0 .. 0.096 mV in a tick.
func steady() []float64 {
	drive := make([]float64, runNeurons)
	for i := range drive {
		drive[i] = float64(i%97) / 1000
	}
	return drive
}

func TestDelta64RunHash(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		v, drive := make([]float64, runNeurons), steady()
		ref, in := make([]int32, runNeurons), make([]int32, runNeurons)
		// tick 0.1 ms, tau_m 20 ms, threshold 20 mV, rest 2 ms; 0.1 mV a unit
		c := DeltaConst{P: 0.9950124791926823, Quantum: 0.1, Vmin: -10, Vth: 20, Vreset: 0, Refractory: 20}
		hash, spikes := runHash(v, func(tick int, out []uint32) []uint32 {
			arrivals(in, 1, tick)
			return Delta64(v, drive, ref, in, &c, 0, out)
		})
		require.Greater(t, spikes, 5000)
		require.Equal(t, uint64(deltaRunHash), hash, "%d spikes, hash %#x", spikes, hash)
	})
}

func TestExp64RunHash(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		v, drive := make([]float64, runNeurons), steady()
		iex, iin := make([]float64, runNeurons), make([]float64, runNeurons)
		ref, inEx, inIn := make([]int32, runNeurons), make([]int32, runNeurons), make([]int32, runNeurons)
		// tick 0.1 ms, tau_m 10 ms, C_m 250 pF, tau_syn 0.5 ms and 2 ms, threshold 15 mV, rest 2 ms
		c := ExpConst{P: 0.9900498337491681, AEx: 3.6e-4, AIn: 3.9e-4, DecayEx: 0.8187307530779818, DecayIn: 0.951229424500714,
			QuantumEx: 20, QuantumIn: -0.5, Vth: 15, Vreset: 0, Refractory: 20}
		hash, spikes := runHash(v, func(tick int, out []uint32) []uint32 {
			arrivals(inEx, 2, tick)
			arrivals(inIn, 3, tick)
			return Exp64(v, iex, iin, drive, ref, inEx, inIn, &c, 0, out)
		})
		require.Greater(t, spikes, 5000)
		require.Equal(t, uint64(expRunHash), hash, "%d spikes, hash %#x", spikes, hash)
	})
}
