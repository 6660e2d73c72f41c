package sim_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// TestDescriptionsFromGo are mistakes that only a program can make, as the reader of files does not let them
// pass: every one has its sentence, none is a panic. The broken files of testdata/invalid have the rest.
func TestDescriptionsFromGo(t *testing.T) {
	for want, spoil := range map[string]func(net *sim.Network, p *sim.Population){
		"populations[1]: nothing is described here (nil)": func(net *sim.Network, _ *sim.Population) {
			net.Populations = append(net.Populations, nil)
		},
		"projections[0]: nothing is described here (nil)\nrecord[0]: nothing is described here (nil)": func(net *sim.Network, _ *sim.Population) {
			net.Projections, net.Recorders = []*sim.Projection{nil}, []*sim.Recorder{nil}
		},
		"stimuli[0]: nothing is described here (nil)": func(net *sim.Network, _ *sim.Population) { net.Stimuli = []*sim.Stimulus{nil} },
		"projections[0].from: the population does not belong to this network": func(net *sim.Network, _ *sim.Population) {
			net.Projections = []*sim.Projection{{}}
		},
		"record[0].from: the population does not belong to this network": func(net *sim.Network, _ *sim.Population) {
			net.RecordSpikes(sim.NewNetwork("other").Population("p", 3, neuron.NewPSCDelta()))
		},
		"record[0].of: a weight recorder needs a projection of this network": func(net *sim.Network, _ *sim.Population) { net.RecordWeights(nil) },
		"stimuli.s.model: a stimulus needs a drive: poisson, dc or step_current": func(net *sim.Network, p *sim.Population) {
			net.Stimuli = []*sim.Stimulus{{Name: "s", To: p.All()}}
		},
		"populations.q.model: a population needs a model": func(net *sim.Network, p *sim.Population) {
			net.Project(p, net.Population("q", 1, nil), synapse.AllToAll{}, synapse.Fixed(1, 1))
		},
		"populations.p: a population named \"p\" exists already": func(net *sim.Network, p *sim.Population) { net.Populations = append(net.Populations, p) },
		"populations.p.init.V_m: a value is needed":              func(_ *sim.Network, p *sim.Population) { p.Set("V_m", nil) },
		"populations.p.host: 9 must be auto, clocked or lazy":    func(_ *sim.Network, p *sim.Population) { p.Hosted(9) },
		"populations.p.precision: 3 must be the default, float64 or float32": func(_ *sim.Network, p *sim.Population) {
			p.Precision = 3
		},
		"projections[0]: a projection needs a rule and a synapse model": func(net *sim.Network, p *sim.Population) { net.Project(p, p, nil, nil) },
		"projections[0]: a synapse needs a weight and a delay": func(net *sim.Network, p *sim.Population) {
			net.Project(p, p, synapse.OneToOne{}, synapse.Static{})
		},
		"projections[0].from: neurons 2..0 are not in population \"p\" of 3 neurons": func(net *sim.Network, p *sim.Population) {
			net.Project(p.Slice(2, 1), p, synapse.AllToAll{}, synapse.Fixed(1, 1))
		},
		"projections[0].synapse: weight: a rounded or scaled value needs a value to start from; delay: a rounded or scaled value needs a value to start from": func(net *sim.Network, p *sim.Population) {
			net.Project(p, p, synapse.AllToAll{}, synapse.Static{Weight: synapse.Scaled{}, DelayMs: synapse.Rounded{}})
		},
		"tick: NaN ms must be greater than 0 and at most 1000 s": func(net *sim.Network, _ *sim.Population) { net.TickMs = math.NaN() },
		"populations: a network needs at least one population":   func(net *sim.Network, _ *sim.Population) { net.Populations = nil },
	} {
		net := sim.NewNetwork("spoilt")
		p := net.Population("p", 3, neuron.NewPSCDelta())
		compile(t, net, sim.Options{})
		spoil(net, p)
		_, err := sim.Compile(net, sim.Options{})
		require.EqualError(t, err, want)
		var problems sim.Problems
		require.ErrorAs(t, err, &problems)
	}
}
