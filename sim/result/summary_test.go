package result_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim"
	"couplet/sim/result"
)

// summaryOf writes a run and reads its summary as plain JSON.
func summaryOf(t *testing.T, r result.Run) map[string]any {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, result.Write(dir, r))
	var s map[string]any
	require.NoError(t, json.Unmarshal([]byte(files(t, dir)["summary.json"]), &s))
	return s
}

// clock is a run of one second in which neuron 0 of 4 fires every 100 ms.
func clock() result.Run {
	pop := &sim.Population{Name: "exc", Size: 4}
	s := train(pop.All(), nil, nil)
	for tick := int64(1000); tick <= 10000; tick += 1000 {
		s.Ticks, s.Neurons = append(s.Ticks, tick), append(s.Neurons, 0)
	}
	o := outline("clock", 0.1, false, pop)
	return result.Run{
		Outline: o, Version: "couplet v1", Seed: 7, PlannedMs: 1000,
		Activity: activity(o, 10000, s), Spikes: []*sim.SpikeTrain{s},
	}
}

func TestSummaryOfAClock(t *testing.T) {
	s := summaryOf(t, clock())
	require.Equal(t, "couplet-result/1", s["format"])
	require.Equal(t, "couplet v1", s["version"])
	require.Equal(t, 7.0, s["seed"])
	require.Equal(t, 10000.0, s["ticks"])
	require.Equal(t, 1000.0, s["model_time"])
	require.Equal(t, "ms", s["time_unit"])
	require.Equal(t, false, s["partial"])
	require.Equal(t, map[string]any{
		"neurons": 4.0, "synapses": 400.0, "spikes": 10.0, "negative_spikes": 0.0, "synaptic_events": 1000.0,
		"neuron_updates": 40000.0, "plastic_updates": 0.0, "stimulus_events": 200000.0,
	}, s["totals"])
	population := s["activity"].(map[string]any)["populations"].([]any)[0].(map[string]any)
	require.Equal(t, 2.5, population["rate"], "10 spikes of 4 neurons in 1 s")
	recorder := s["spike_recorders"].([]any)[0].(map[string]any)
	require.Equal(t, "exc", recorder["array"])
	require.Equal(t, 10.0, recorder["entries"])
	figures := recorder["statistics"].(map[string]any)
	require.InDelta(t, 0.99, figures["fano_factor"], 1e-12, "10 of 1000 bins hold a spike")
	delete(figures, "fano_factor")
	require.Equal(t, map[string]any{
		"active_neurons": 1.0, "rate": 2.5, "cv_isi": 0.0, "cv_isi_neurons": 1.0, "mean_pair_correlation": nil,
	}, figures, "a single neuron has no pair")
}

func TestStatisticsLeaveOutTheStart(t *testing.T) {
	r := clock()
	r.StatsFromMs = 850
	s := summaryOf(t, r)
	require.Equal(t, 850.0, s["statistics"].(map[string]any)["from"])
	figures := s["spike_recorders"].([]any)[0].(map[string]any)["statistics"].(map[string]any)
	require.InDelta(t, 2/(4*0.15), figures["rate"], 1e-12, "the spikes at 900 and 1000 ms")
	require.Nil(t, figures["cv_isi"], "two spikes have no CV")
	r.StatsFromMs = 5000
	figures = summaryOf(t, r)["spike_recorders"].([]any)[0].(map[string]any)["statistics"].(map[string]any)
	require.Nil(t, figures["rate"], "nothing is left")
}

func TestRatesOnAStepGridArePerStep(t *testing.T) {
	s := summaryOf(t, camera(20))
	require.Equal(t, "steps", s["time_unit"])
	require.Equal(t, "spikes/step", s["rate_unit"])
	require.Equal(t, true, s["partial"])
	hidden := s["activity"].(map[string]any)["populations"].([]any)[1].(map[string]any)
	require.InDelta(t, hidden["spikes"].(float64)/64/20, hidden["rate"], 1e-12)
	require.Equal(t, 1.0, s["statistics"].(map[string]any)["fano_bin"])
}

func TestOutlineOfANetwork(t *testing.T) {
	n := sim.NewNetwork("net", sim.TickMs(0.5))
	a, b := n.Population("a", 4, nil), n.Population("b", 6, nil)
	b.Shape = []int{1, 2, 3}
	n.Project(a, b.Slice(0, 3), nil, nil)
	n.Stimulate(a, sim.Poisson{RateHz: 80})
	n.Stimulate(b, sim.DC{})
	n.Stimulate(b, sim.StepCurrent{})
	n.Stimuli = append(n.Stimuli, &sim.Stimulus{Name: "undirected"})
	require.Equal(t, result.Outline{
		Name: "net", TickMs: 0.5,
		Populations: []result.Population{{Name: "a", Size: 4}, {Name: "b", Size: 6, Shape: []int{1, 2, 3}}},
		Projections: []result.Projection{{Name: "a->b", From: result.Span{Population: "a", Hi: 4}, To: result.Span{Population: "b", Hi: 3}}},
		Stimuli: []result.Stimulus{
			{Name: "poisson", Kind: "poisson", To: result.Span{Population: "a", Hi: 4}, RateHz: 80},
			{Name: "dc", Kind: "dc", To: result.Span{Population: "b", Hi: 6}},
			{Name: "step_current", Kind: "step_current", To: result.Span{Population: "b", Hi: 6}},
			{Name: "undirected"},
		},
	}, result.OutlineOf(n))
}
