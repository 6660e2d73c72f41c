package stats_test

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim"
)

// The definitions of rate and CV are those of the analysis that goes with a balanced random network
// of 1250 delta neurons which NEST 3.10 simulated for one second. The network is given by a seed
// rule and the rules of the 0.1 ms grid, so that thirty lines of Go reproduce its 38417 spikes; the
// hash tells that they are the same. (The threshold of four spikes shows in a slower network of the same
// kind, 12500 neurons at 10.9 spikes/s: its CV of 0.7604842578933789 is the mean over the 12470 neurons
// with at least four spikes, and no other threshold or divisor gives it.)
func TestDefinitionsAreThoseOfTheReferenceAnalysis(t *testing.T) {
	const (
		neurons, exc, ticks = 1250, 1000, 10000
		hash                = "5b655e3939657f24fbb7c6222a8bfb44d75c8f458a369388dfe51beb8b5dea1e"
		rateE, rateI        = 30.579, 31.352
		meanCV              = 0.4659679766944506
	)
	spikes := balancedNetwork()
	text := sha256.New()
	for _, s := range spikes {
		text.Write([]byte(strconv.FormatInt(s.tick, 10) + "," + strconv.Itoa(int(s.neuron)) + "\n"))
	}
	require.Equal(t, hash, hex.EncodeToString(text.Sum(nil)))

	r := recording(neurons, ticks, spikes...)
	cv, _ := r.MeanCV()
	require.InDelta(t, meanCV, cv, 1e-12)
	part := func(lo, hi int) float64 {
		view := r
		view.Spikes = &sim.SpikeTrain{
			Recorder: &sim.Recorder{From: r.Spikes.Recorder.From.Population.Slice(lo, hi)},
			Ticks:    r.Spikes.Ticks, Neurons: r.Spikes.Neurons,
		}
		return view.RateHz()
	}
	require.InDelta(t, rateE, part(0, exc), 1e-9)
	require.InDelta(t, rateI, part(exc, neurons), 1e-9)
}

// stream gives number k of the SplitMix64 stream with a seed.
func stream(seed, k uint64) uint64 {
	z := seed + (k+1)*0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

func below(seed, k, n uint64) uint64 { return (stream(seed, k) >> 32) * n >> 32 }

// balancedNetwork simulates the network for 10000 ticks of 0.1 ms: weights 0.5 and -4 mV, delay 15
// ticks, threshold 20 mV, reset 0, refractory for 20 ticks, current 2.5 pA into 1 pF.
func balancedNetwork() []spike {
	const n, ne, ke, ki, delay, refractory = 1250, 1000, 100, 25, 15, 20
	targets := make([][]int, n)
	v := make([]float64, n)
	for i := range n {
		for j := range ke + ki {
			k := uint64(i*(ke+ki) + j)
			source := below(11001, k, ne)
			if j >= ke {
				source = ne + below(11001, k, n-ne)
			}
			targets[source] = append(targets[source], i)
		}
		v[i] = 20 * float64(below(11003, uint64(i), 1<<20)) / (1 << 20)
	}
	decay := math.Exp(-0.1 / 20)
	drive := 20 * (1 - decay) * 2.5
	wait := make([]int, n)
	var arriving [delay + 1][n]float64
	var spikes []spike
	for tick := int64(1); tick <= 10000; tick++ {
		now := &arriving[tick%(delay+1)]
		later := &arriving[(tick+delay)%(delay+1)]
		for i := range n {
			if wait[i] > 0 {
				wait[i]--
				continue
			}
			v[i] = float64(decay*v[i]) + drive + now[i]
			if v[i] >= 20 {
				v[i], wait[i] = 0, refractory
				spikes = append(spikes, spike{tick, uint32(i)})
			}
		}
		clear(now[:])
		for k := len(spikes) - 1; k >= 0 && spikes[k].tick == tick; k-- {
			weight := 0.5
			if spikes[k].neuron >= ne {
				weight = -4
			}
			for _, j := range targets[spikes[k].neuron] {
				later[j] += weight
			}
		}
	}
	return spikes
}
