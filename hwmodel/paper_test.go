package hwmodel_test

// Hand-worked examples and published points, each test with the place it comes from.

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel"
)

// n is short for the counts of one layer.
type n = map[hwmodel.Term]int64

// TestArithmeticOfDenseInput: 784-400-10, T = 8, the image injected as dense currents, 1000 hidden spikes (the
// common estimate, Horowitz, ISSCC 2014, fp32): MAC = 784·400·8, AC = 1000·10, E = 11.54948 uJ; the ANN of
// the same graph takes 1.46096 uJ, 7.905405 times less.
func TestArithmeticOfDenseInput(t *testing.T) {
	snn := priced(t, "cmos45_fp32", counts(n{hwmodel.MAC: 784 * 400 * 8, hwmodel.SynapticOp: 1000 * 10}), hwmodel.Conditions{})
	require.Equal(t, energy(t, "11549480 pJ"), snn.Dynamic())
	require.Equal(t, "11.5495 uJ", snn.Dynamic().String())
	ann := priced(t, "cmos45_fp32", counts(n{hwmodel.MAC: 784*400 + 400*10}), hwmodel.Conditions{})
	require.Equal(t, energy(t, "1.46096 uJ"), ann.Dynamic())
	require.InDelta(t, 7.905405, snn.Total().Float()/ann.Total().Float(), 5e-7)

	// With Poisson input of 12 %, 753 spikes counted: AC = 753·400 + 10,000 = 311,200.
	poisson := priced(t, "cmos45_fp32", counts(n{hwmodel.SynapticOp: 753*400 + 10_000}), hwmodel.Conditions{})
	require.Equal(t, energy(t, "0.280080 uJ"), poisson.Dynamic())
}

// TestArithmeticOfTraining: one hidden block of 100 neurons, recurrent, input 50, readout 10; 600 input, 300
// forward and 450 backward spikes; rank-1 update: forward AC 93,000, backward AC 45,000, MAC 16,000: 0.197800 uJ.
func TestArithmeticOfTraining(t *testing.T) {
	forward, backward, update := int64(600*100+300*100+300*10), int64(450*100), int64(100*100+100*50+10*100)
	require.EqualValues(t, []int64{93_000, 45_000, 16_000}, []int64{forward, backward, update})
	b := priced(t, "cmos45_fp32", counts(n{hwmodel.SynapticOp: forward + backward, hwmodel.MAC: update}), hwmodel.Conditions{})
	require.Equal(t, energy(t, "197800 pJ"), b.Dynamic())
}

// TestCMOSTables: the two-price tables of the common estimate.
func TestCMOSTables(t *testing.T) {
	for name, want := range map[string][2]string{
		"cmos45_fp32": {"900 fJ", "4.6 pJ"}, "cmos45_int8": {"30 fJ", "230 fJ"}, "cmos45_fp16": {"400 fJ", "1.5 pJ"}, "cmos45_int32": {"100 fJ", "3.2 pJ"},
	} {
		ac := priced(t, name, counts(n{hwmodel.SynapticOp: 1}), hwmodel.Conditions{}).Dynamic()
		mac := priced(t, name, counts(n{hwmodel.MAC: 1}), hwmodel.Conditions{}).Dynamic()
		require.Equal(t, want, [2]string{ac.String(), mac.String()}, name)
	}
}

// TestMemoryExample: weights of 8 bit in 32 KB, potentials and queue of 16 bit in 8 KB; 100 spikes in, 20 out, 1000
// synaptic events, 256 updates: queue 300, weights 2500, potential 6280, accumulate 30, address 100, neuron 15.36 pJ,
// 9225.36 pJ in all, of which arithmetic is half a percent.
func TestMemoryExample(t *testing.T) {
	c := counts(n{hwmodel.SpikeIn: 100, hwmodel.SpikeOut: 20, hwmodel.SynapticOp: 1000, hwmodel.WeightFetch: 1000, hwmodel.NeuronUpdate: 256})
	b := priced(t, "memory45_int8", c, hwmodel.Conditions{})
	require.Equal(t, energy(t, "9225.36 pJ"), b.Dynamic())
	parts := map[string]string{}
	for _, l := range b.ByPart() {
		parts[l.Name] = l.Energy.String()
	}
	require.Equal(t, map[string]string{"queue": "300 pJ", "weights": "2.5 nJ", "potential": "6.28 nJ", "accumulate": "30 pJ", "address": "100 pJ", "neuron": "15.36 pJ"}, parts)
	require.InDelta(t, 0.005, (30+15.36)/9225.36, 0.0005)

	// Accumulating in registers leaves one read and one write per update.
	r := priced(t, "memory45_int8_registers", c, hwmodel.Conditions{})
	require.Equal(t, energy(t, "4225.36 pJ"), r.Dynamic())
}

// TestAccessEnergy: 8 KB per 32-bit word takes half of 10 pJ, 64 KB lies a fifth of the way from 32 KB to 1 MB;
// outside the table the ends hold.
func TestAccessEnergy(t *testing.T) {
	a := chip(t, "memory45_int8").Access
	for _, c := range []struct {
		bytes int64
		bits  int
		want  string
	}{
		{8 << 10, 32, "5 pJ"}, {32 << 10, 64, "20 pJ"}, {64 << 10, 64, "36 pJ"}, {256 << 10, 8, "8.5 pJ"}, {1 << 20, 64, "100 pJ"},
		{1, 64, "10 pJ"}, {1 << 40, 64, "100 pJ"}, {16 << 10, 4, "937.5 fJ"}, {8 << 10, 1, "156.25 fJ"},
	} {
		require.Equal(t, c.want, a.Energy(hwmodel.Memory{Bytes: c.bytes, Bits: c.bits}).String(), "%d bytes, %d bits", c.bytes, c.bits)
	}
	// 48 KB: 20 + 80·log2(1.5)/5 pJ, by hand 29.3594 pJ.
	require.Equal(t, "29.3594 pJ", a.Energy(hwmodel.Memory{Bytes: 48 << 10, Bits: 64}).String())
}

// TestLoihiExample: 25,600 synaptic operations, 512 active and 1536 inactive updates, 10 spikes within a tile, 120
// E-W and 75 N-S hops take 726,181 pJ (Davies et al. 2018, table 2).
func TestLoihiExample(t *testing.T) {
	b := priced(t, "loihi_davies2018", counts(n{
		hwmodel.SynapticOp: 25_600, hwmodel.NeuronUpdateActive: 512, hwmodel.NeuronUpdateIdle: 1536,
		hwmodel.SpikeWithinTile: 10, hwmodel.HopEW: 120, hwmodel.HopNS: 75,
	}), hwmodel.Conditions{})
	require.Equal(t, energy(t, "726181 pJ"), b.Dynamic())
	terms := map[string]string{}
	for _, l := range b.ByTerm() {
		terms[l.Name] = l.Energy.String()
	}
	require.Equal(t, map[string]string{"synaptic_op": "604.16 nJ", "neuron_update_active": "41.472 nJ", "neuron_update_idle": "79.872 nJ",
		"spike_within_tile": "17 pJ", "hop_ew": "360 pJ", "hop_ns": "300 pJ"}, terms)
}

// TestLoihiQuery: the query of Frady et al., NICE 2020: 76,800 neurons x 60 steps, 667 to 750 input spikes to
// all neurons; measured dynamic energy of the cores 1.33 mJ. The published table is 8.9 to 20.2 % above it
// with nothing fitted; the fit of SANA-FE lands 54 to 71 % above.
func TestLoihiQuery(t *testing.T) {
	const measured, neurons = 1.33e-3, 76_800
	for _, q := range []struct {
		profile string
		spikes  int64
		joules  string
		error   float64
	}{
		{"loihi_davies2018", 667, "1.44854016 mJ", 0.089}, {"loihi_davies2018", 750, "1.598976 mJ", 0.202},
		{"loihi_sanafe_fit", 667, "2.0544384 mJ", 0.545}, {"loihi_sanafe_fit", 750, "2.2807296 mJ", 0.715},
	} {
		b := priced(t, q.profile, counts(n{hwmodel.SynapticOp: q.spikes * neurons, hwmodel.NeuronUpdateIdle: neurons * 60}), hwmodel.Conditions{})
		require.Equal(t, energy(t, q.joules), b.Dynamic())
		require.InDelta(t, q.error, b.Dynamic().Float()/measured-1, 0.006)
	}
}

// trueNorth is the power of TrueNorth at a firing rate: 1,048,576 neurons of 128 active synapses.
func trueNorth(t *testing.T, profile string, rateHz float64) float64 {
	const seconds = 1000
	b := priced(t, profile, counts(n{hwmodel.SynapticOp: int64(1_048_576*128*rateHz*seconds + 0.5)}), hwmodel.Conditions{Duration: duration(t, fmt.Sprintf("%d s", seconds))})
	p, ok := b.MeanPower()
	require.True(t, ok)
	return p.Float()
}

// TestTrueNorthSweep: the published sweep at 0.8 V (Akopyan et al. 2015). The two end points fix the profile, the
// middle one was held out: 70.6175 mW against 71 mW.
func TestTrueNorthSweep(t *testing.T) {
	require.InEpsilon(t, 68e-3, trueNorth(t, "truenorth_0v8", 11.58), 1e-4)
	require.InEpsilon(t, 94e-3, trueNorth(t, "truenorth_0v8", 95.93), 1e-4)
	heldOut := trueNorth(t, "truenorth_0v8", 20.07)
	require.InDelta(t, 70.6175e-3, heldOut, 5e-8)
	require.InEpsilon(t, 71e-3, heldOut, 0.01)
}

// TestTrueNorthAverage: the average figure of 26 pJ (Merolla et al. 2014) misses the same sweep by -41 % and +256 %,
// and a bill that uses it says what it is.
func TestTrueNorthAverage(t *testing.T) {
	require.InDelta(t, -0.41, trueNorth(t, "truenorth_avg_0v775", 11.58)/68e-3-1, 0.005)
	require.InDelta(t, 2.56, trueNorth(t, "truenorth_avg_0v775", 95.93)/94e-3-1, 0.005)
	b := priced(t, "truenorth_avg_0v775", counts(n{hwmodel.SynapticOpSparse: 1}), hwmodel.Conditions{})
	require.Len(t, b.Warnings, 1)
	require.Contains(t, b.Warnings[0], "synaptic_op: 26 pJ is an average at one activity (20 Hz, 128 active synapses, 72 mW) and contains static power")
	grade, ok := b.WeakestGrade()
	require.True(t, ok)
	require.Equal(t, hwmodel.Average, grade)
}

// TestTrueNorthTick: static power of one tick of 1 ms is 64.43 uJ, as much as 28 M synaptic events.
func TestTrueNorthTick(t *testing.T) {
	b := priced(t, "truenorth_0v8", hwmodel.Counts{}, hwmodel.Conditions{Duration: duration(t, "1 ms")})
	require.Equal(t, energy(t, "64.43 uJ"), b.Total())
	events := b.Total().Float() / chip(t, "truenorth_0v8").Prices[hwmodel.SynapticOp].Energy.Float()
	require.InDelta(t, 28e6, events, 0.1e6)
}

// TestODIN: P = P_leak + P_idle·f + E·r at 0.55 V (Frenkel et al. 2019). 75 MHz and 37.5 M operations/s: 476.925 uW, published
// 477; 1.3 MHz and 650 k: 35.0935 uW, published 35.
func TestODIN(t *testing.T) {
	for _, x := range []struct {
		clock     string
		operation int64
		watts     string
		published float64
	}{{"75 MHz", 37_500_000, "476.925 uW", 477e-6}, {"1.3 MHz", 650_000, "35.0935 uW", 35e-6}} {
		b := priced(t, "odin_0v55", counts(n{hwmodel.SynapticOp: x.operation}), hwmodel.Conditions{Duration: duration(t, "1 s"), Clock: frequency(t, x.clock)})
		p, ok := b.MeanPower()
		require.True(t, ok)
		require.Equal(t, x.watts, p.String())
		require.InEpsilon(t, x.published, p.Float(), 0.005)
	}
}

// TestDeviceTable: Dense(784 -> 128) of keras-spiking: cpu 8.64128e-4 J, loihi at 10 Hz 3.756339e-8 J.
func TestDeviceTable(t *testing.T) {
	dense := hwmodel.RateLayer{Name: "dense", Connections: 784 * 128, Neurons: 128, InputHz: 10}
	for name, want := range map[string]string{"keras_cpu": "864.128 uJ", "keras_loihi": "37.5634 nJ"} {
		e, err := hwmodel.EstimateByRate(chip(t, name), dense, 0.001, 1)
		require.NoError(t, err)
		require.Equal(t, want, e.Total().String())
	}
	_, err := hwmodel.EstimateByRate(chip(t, "odin_0v55"), dense, 0.001, 1)
	require.EqualError(t, err, "hwmodel: profile odin_0v55 does not price both synaptic_op and neuron_update")
	_, err = hwmodel.EstimateByRate(chip(t, "keras_cpu"), dense, 0, 1)
	require.ErrorContains(t, err, "dt and steps positive")
}
