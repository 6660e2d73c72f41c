package golden_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim"
	"couplet/sim/golden"
	"couplet/sim/reference"
)

// drive is one neuron under a constant current, whose results are easy to work out: from
// V(n) = 26·(1 - exp(-n/200)) mV it reaches 20 mV with step 294.
const drive = `{"schema":"snn-golden/1","name":"drive","dt_ms":0.1,"t_stop_ms":30,
"neurons":[{"id":0,"model":"iaf_psc_delta","params":{"C_m":1,"tau_m":20,"E_L":0,"V_th":20,"V_reset":0,"I_e":1.3}}],
"record":{"V_m":[0],"interval_ms":0.2},
"expected":{"spike_steps":{"0":[294]},"n_spikes":1,"V_m":{"0":[0.2587043225216292,0.5148344940243634]},"V_m_first_sample_ms":0.2}}`

// run runs a case on the reference simulator.
func run(t *testing.T, c *golden.Case) *reference.Simulator {
	s, err := reference.New(c.Network, 0)
	require.NoError(t, err)
	s.Run(c.Ticks)
	return s
}

// TestCheck makes sure that every kind of difference is noticed and said.
func TestCheck(t *testing.T) {
	c := read(t, drive)
	require.NoError(t, c.Check(run(t, c), c.Ticks))
	require.ErrorContains(t, c.Check(run(t, c), 100), "only after its whole run of 300 ticks")
	require.ErrorContains(t, c.Check(run(t, c), 301), "at most 300")

	for _, m := range []struct{ old, new, want string }{
		{`[294]`, `[295]`, "neuron 0: spike 0 is at step 294, want 295"},
		{`[294]`, `[]`, "neuron 0: spike 0 is at step 294, want missing"},
		{`[294]`, `[294,299]`, "neuron 0: spike 1 is at step missing, want 299"},
		{`"n_spikes":1`, `"n_spikes":2`, "1 spikes, want 2"},
		{`0.5148344940243634`, `0.5148345040243634`, "neuron 0: V_m after step 4"},
		{`"V_m_first_sample_ms":0.2`, `"V_m_first_sample_ms":0.4`, "neuron 0: V_m after step 4"},
		{`"spike_steps":{"0":[294]}`, `"spike_times_ms":{"0":[29.4000011]}`, "neuron 0: spike 0 is at 29.4 ms, want 29.4000011 ms"},
	} {
		require.Contains(t, drive, m.old)
		c := read(t, strings.Replace(drive, m.old, m.new, 1))
		require.ErrorContains(t, c.Check(run(t, c), c.Ticks), m.want)
	}
}

// pair is one plastic connection: two presynaptic spikes around a postsynaptic one.
const pair = `{"schema":"snn-golden/1","name":"pair","dt_ms":1,"t_stop_ms":60,
"neurons":[{"id":0,"model":"parrot_neuron","params":{}},{"id":1,"model":"iaf_psc_delta","params":{"E_L":0,"V_th":20,"V_reset":0,"tau_minus":10}}],
"sources":[{"id":2,"kind":"spike_generator","times_ms":[9,29]},{"id":3,"kind":"spike_generator","times_ms":[19]}],
"synapse_models":{"static":{"type":"static"},"p":{"type":"stdp","tau_plus":10,"lambda":0.1,"alpha":1,"mu_plus":0,"mu_minus":0,"Wmax":1}},
"connections":[[2,0,1,1,"static"],[3,1,30,1,"static"],[0,1,0.5,1,"p"]],
"expected":{"spike_steps":{"0":[10,30],"1":[20]},"weight_events":[[10,2,0.5],[30,2,WEIGHT]],"weight_events_up_to_step":50}}`

func TestCheckWeights(t *testing.T) {
	// Potentiation exp(-(20+1-10)/10), depression exp(-(30-1-20)/10), both times lambda.
	right := strings.Replace(pair, "WEIGHT", "0.4926301423957480", 1)
	c := read(t, right)
	require.NoError(t, c.Check(run(t, c), c.Ticks))
	for _, m := range []struct{ old, new, want string }{
		{"0.49263014", "0.49263015", "weight event 1: step 30, connection 2, weight 0.4926301"},
		{"[[10,2,0.5],", "[", "2 weight events up to step 50, want 1"},
		{"[10,2,0.5]", "[10,1,0.5]", "weight event 0: step 10, connection 2"},
		{"up_to_step\":50", "up_to_step\":20", "1 weight events up to step 20, want 2"},
	} {
		require.Contains(t, right, m.old)
		c := read(t, strings.Replace(right, m.old, m.new, 1))
		require.ErrorContains(t, c.Check(run(t, c), c.Ticks), m.want)
	}
}

// TestHash compares with the hash of the text "1,3\n2,0\n2,1\n", made by another program.
func TestHash(t *testing.T) {
	p := &sim.Population{Name: "p", Size: 4}
	train := &sim.SpikeTrain{
		Recorder: &sim.Recorder{What: "spikes", From: p.All()},
		Ticks:    []int64{1, 2, 2, 5}, Neurons: []uint32{3, 0, 1, 2},
	}
	const want = "4a54a94051ccafd06df391b04638dc541837e57e2d6a0f8047af90cb76ffe3f5"
	require.Equal(t, want, golden.Hash(train, 4))
	train.Neurons[1], train.Neurons[2] = 1, 0
	require.Equal(t, want, golden.Hash(train, 4), "spikes out of order")
	require.NotEqual(t, want, golden.Hash(train, 5))
}

// TestPortableCheck makes sure that a wrong hash is noticed and placed.
func TestPortableCheck(t *testing.T) {
	const silent = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" // of the empty text
	c := read(t, strings.NewReplacer(`"base":2`, `"base":0`, `"weight":40`, `"weight":0`, `"n_spikes":0`, `"n_spikes":0,"prefix_every_100_steps":[[0,"e3b0c44298fc1c14"]]`).Replace(cube))
	s := run(t, c)
	require.NoError(t, c.Check(s, c.Ticks))
	require.NoError(t, c.Check(s, 150))
	require.ErrorContains(t, c.Check(s, 50), "no hash is known of the first 50 steps")

	c = read(t, strings.Replace(cube, `"base":2,"span":0`, `"base":900,"span":0`, 1))
	require.ErrorContains(t, c.Check(run(t, c), c.Ticks), "want 0 with "+silent)
}

// TestFinalWeights checks mean, standard deviation (divisor n) and the single weights.
func TestFinalWeights(t *testing.T) {
	final := strings.Replace(cube, `"n_spikes":0`,
		`"n_spikes":0,"final_weights":{"count":3,"mean":2,"std":0.816496580927726,"first_500":[[1,0,1],[2,0,2]]}`, 1)
	c := read(t, final)
	require.Equal(t, "exc->exc", c.Network.Projections[c.PlasticProjection()].Name)
	require.EqualValues(t, 998, c.FinalTick(), "the shortest delay is that of the kicks, 2 steps")
	weights := []golden.SynapseWeight{{Source: 0, Target: 3, Weight: 3}, {Source: 2, Target: 0, Weight: 2}, {Source: 1, Target: 0, Weight: 1}}
	require.NoError(t, c.CheckFinalWeights(weights))

	require.ErrorContains(t, c.CheckFinalWeights(weights[:2]), "2 final weights, want 3")
	weights[2].Weight += 1e-7
	require.ErrorContains(t, c.CheckFinalWeights(weights), "mean final weight is 2.0000000")
	require.ErrorContains(t, c.CheckFinalWeights(weights), "final weight 0: 1->0 1.0000001, want 1->0 1")

	require.Equal(t, -1, read(t, cube).PlasticProjection())
	require.Error(t, read(t, cube).CheckFinalWeights(weights))
}
