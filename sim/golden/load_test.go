package golden_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/golden"
	"couplet/synapse"
)

// chain is a small file in which numbers are written as other programs may write them, sources and
// neurons are numbered across, and everything that can be left out is.
const chain = `{"schema":"snn-golden/1","name":"chain","dt_ms":0.5,"t_stop_ms":20,"precise":false,
"neurons":[
 {"id":7,"model":"iaf_psc_exp","params":{"C_m":250,"tau_minus":12,"I_e":null},"init":{"V_m":-60}},
 {"id":2,"model":"iaf_psc_delta","params":{"V_th":20,"E_L":0.0,"V_reset":0,"refractory_input":true,"tau_minus":30.0}},
 {"id":3,"model":"iaf_psc_exp","params":{"C_m":200.5,"tau_minus":13}}],
"sources":[
 {"id":1,"kind":"spike_generator","times_ms":[1,2.5],"multiplicities":[1,2.0]},
 {"id":4,"kind":"dc","amplitude_pA":5,"start_ms":1,"stop_ms":null},
 {"id":5,"kind":"dc","amplitude_pA":5,"start_ms":1,"stop_ms":1},
 {"id":6,"kind":"step_current","times_ms":[1,2],"amplitudes_pA":[3,0]}],
"synapse_models":{"static":{"type":"static"},"p":{"type":"stdp","lambda":0.25,"Wmax":100.0,"tau_plus":15}},
"connections":[[1,2,7.0,0.5,"static"],[2,7,4,1.0,"p"],[1,2,8,1.5,"static"],[2,3,5,1,"p"],[4,7,2,0.5,"static"],[5,7,2,0.5,"static"],[6,3,1,1,"static"]],
"expected":{"spike_steps":{"2":[],"7":[],"3":[]},"weight_events":[]}}`

func read(t *testing.T, text string) *golden.Case {
	c, err := golden.Read(strings.NewReader(text))
	require.NoError(t, err)
	return c
}

func TestExplicitNetwork(t *testing.T) {
	c := read(t, chain)
	net := c.Network
	require.NoError(t, net.Validate())
	require.EqualValues(t, 40, c.Ticks)
	require.Equal(t, 0.5, net.TickMs)
	require.False(t, c.Partial())

	require.Len(t, net.Populations, 3)
	exp, delta, source := net.Populations[0], net.Populations[1], net.Populations[2]
	require.Equal(t, 2, exp.Size)
	require.Equal(t, synapse.Listed{250, 200.5}, exp.Each["C_m"])
	require.Equal(t, synapse.Listed{-60, -70}, exp.Each["V_m"], "a neuron without initial potential starts at E_L")
	m := delta.Model.(neuron.PSCDelta)
	require.True(t, m.RefractoryInput)
	require.Equal(t, 20.0, m.VTh)
	require.Equal(t, 10.0, m.TauM, "the default")
	require.Equal(t, [][]float64{{1, 2.5, 2.5}}, source.Model.(neuron.SpikeSource).Times)
}

func TestExplicitConnections(t *testing.T) {
	net := read(t, chain).Network
	require.Len(t, net.Projections, 3, "one for the static connections, one for either postsynaptic time constant")
	static := net.Projections[0]
	require.Equal(t, synapse.Explicit{Source: []uint32{0, 0}, Target: []uint32{0, 0}}, static.Rule)
	require.Equal(t, synapse.Static{Weight: synapse.Listed{7, 8}, DelayMs: synapse.Listed{0.5, 1.5}}, static.Synapse)
	for i, tau := range []float64{12, 13} {
		p := net.Projections[1+i].Synapse.(synapse.STDP)
		require.Equal(t, tau, p.TauMinus, "moved here from the postsynaptic neuron")
		require.Equal(t, 0.25, p.Lambda)
	}
}

func TestExplicitCurrents(t *testing.T) {
	net := read(t, chain).Network
	require.Len(t, net.Stimuli, 2, "a current that ends when it begins is none")
	dc := net.Stimuli[0]
	require.Equal(t, sim.DC{Amplitude: synapse.Const(5), StartMs: 1}, dc.Drive, "a stop of null is never")
	require.Equal(t, 2.0, dc.Weight)
	require.Equal(t, 0.5, dc.DelayMs)
	require.Equal(t, net.Populations[0].Slice(1, 2), net.Stimuli[1].To)
}

// cube is a file of the seed rule, small enough to be enumerated by hand.
const cube = `{"schema":"snn-portable/1","name":"cube","dt_ms":0.1,"model":"iaf_psc_delta","params":{"tau_minus":17},
"N":7,"NE":4,"KE":2,"KI":1,"wE":0.5,"wI":-1,"delay_steps":[3,9],"source_rule":"stratified","seed_sources":18446744073709551615,"seed_delays":5.0,
"v0":{"base":-70,"span":8,"n":16,"seed":3},"I_e":{"base":2,"span":0,"n":2,"seed":4},"T_steps":1e3,
"plastic":{"type":"stdp","Wmax":2},"kick":{"generators":3,"seed":9,"window_steps":50,"weight":40,"delay_steps":2},
"expected":{"n_spikes":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}`

func TestPortableNetwork(t *testing.T) {
	c := read(t, cube)
	net := c.Network
	require.NoError(t, net.Validate())
	require.True(t, c.Partial())
	require.EqualValues(t, 1000, c.Ticks)
	require.Equal(t, 2.0, net.Populations[0].Model.(neuron.PSCDelta).Ie)

	names := map[string]*sim.Projection{}
	for _, p := range net.Projections {
		names[p.Name] = p
	}
	require.Len(t, names, 4)
	require.Equal(t, 17.0, names["exc->exc"].Synapse.(synapse.STDP).TauMinus)
	require.Equal(t, net.Populations[0].Slice(4, 7), names["exc->inh"].To)
}

// TestSeedRule enumerates a network as the README words the rule and compares.
func TestSeedRule(t *testing.T) {
	type edge struct {
		source, target int
		delay          float64
	}
	var want, have []edge
	const seedSources, seedDelays = 1<<64 - 1, 5
	for i := range uint64(7) {
		for j := range uint64(3) {
			k := i*3 + j
			source := int(j)*2 + int(draw(seedSources, k, 2))
			if j == 2 {
				source = 4 + int(draw(seedSources, k, 3))
			}
			want = append(want, edge{source, int(i), float64(3+draw(seedDelays, k, 7)) * 0.1})
		}
	}
	for _, p := range read(t, cube).Network.Projections {
		if p.Name == "kick" {
			continue
		}
		_, delay := p.Synapse.Strength()
		p.Rule.Visit(synapse.Wiring{Sources: p.From.Len(), Targets: p.To.Len()}, 0, p.To.Len(), func(s, target uint32, k uint64) {
			var none = sim.DelayKey(0, 0)
			have = append(have, edge{p.From.Lo + int(s), p.To.Lo + int(target), delay.Draw(none, k)})
		})
	}
	require.ElementsMatch(t, want, have)
}

// draw is r(k, n) of the README, written out.
func draw(seed, k, n uint64) uint64 {
	z := seed + (k+1)*0x9E3779B97F4A7C15
	z ^= z >> 30
	z *= 0xBF58476D1CE4E5B9
	z ^= z >> 27
	z *= 0x94D049BB133111EB
	z ^= z >> 31
	return ((z >> 32) * n) >> 32
}

// TestBlocks compares the rule of the kicks with its definition for sizes that do not divide.
func TestBlocks(t *testing.T) {
	for _, size := range [][2]int{{3, 7}, {1, 5}, {4, 4}, {5, 12}, {10, 1000}} {
		g, n := size[0], size[1]
		want := make([]int, n)
		for k := range g {
			for i := k * n / g; i < (k+1)*n/g; i++ {
				want[i] = k
			}
		}
		have := make([]int, n)
		golden.Blocks{}.Visit(synapse.Wiring{Sources: g, Targets: n}, 0, n, func(s, target uint32, _ uint64) { have[target] = int(s) })
		require.Equal(t, want, have, "%d generators, %d neurons", g, n)
	}
}

func TestMistakes(t *testing.T) {
	for _, m := range []struct{ old, new, want string }{
		{`"dt_ms":0.5`, `"dt_ms":0`, "dt_ms: 0 must be greater than 0"},
		{`snn-golden/1`, `snn-golden/2`, `schema "snn-golden/2" is neither`},
		{`"t_stop_ms":20`, `"t_stop_ms":-1`, "t_stop_ms: -1 must be greater than 0"},
		{`"id":2,`, `"id":7,`, "id 7 is used twice"},
		{`"id":2,`, `"id":2.5,`, "2.5 must be a whole number"},
		{`iaf_psc_delta`, `hh_psc_alpha`, `unknown neuron model "hh_psc_alpha"`},
		{`iaf_psc_delta`, `lif`, `"lif" is not one of the millisecond grid`},
		{`"E_L":0.0`, `"e_l":0.0`, `neuron 2: iaf_psc_delta has no parameter "e_l"`},
		{`"E_L":0.0`, `"E_L":"0"`, "parameter E_L: 0 must be a number"},
		{`"V_m":-60`, `"U":-60`, `has no initial variable "U"`},
		{`spike_generator`, `poisson_generator`, `unknown kind "poisson_generator"`},
		{`[1,2.0]`, `[1]`, "source 1: 1 multiplicities for 2 times"},
		{`[1,2.0]`, `[1,-2]`, "multiplicity -2"},
		{`[1,2.0]`, `[1,1e12]`, "more than"},
		{`[3,0]`, `[3]`, "source 6: 1 amplitudes for 2 times"},
		{`[1,2,8,`, `[9,2,8,`, "connections[2]: there is no neuron or source 9"},
		{`[1,2,8,`, `[1,1,8,`, "connections[2]: there is no neuron 1 to connect to"},
		{`1.5,"static"`, `1.5,"x"`, `connections[2]: there is no synapse model "x"`},
		{`1.5,"static"`, `1.5`, "list of 4 values where 5 are due"},
		{`"lambda"`, `"lamda"`, `synapse model "p": synapse type stdp has no constant "lamda"`},
		{`"stdp"`, `"vogels"`, `unknown synapse type "vogels"`},
	} {
		require.Contains(t, chain, m.old)
		_, err := golden.Read(strings.NewReader(strings.Replace(chain, m.old, m.new, 1)))
		require.ErrorContains(t, err, m.want)
	}
	for _, m := range []struct{ old, new, want string }{
		{`"N":7`, `"N":0`, "N: 0 must be in"},
		{`"NE":4`, `"NE":8`, "NE: 8 must be in [0, N]"},
		{`"NE":4,`, ``, "NE: -1 must be in [0, N]"},
		{`"KI":1`, `"KI":4`, "stratified sources need"},
		{`[3,9]`, `[0,9]`, "delay_steps: [0, 9]"},
		{`[3,9]`, `[9,3]`, "delay_steps: [9, 3]"},
		{`"stratified"`, `"ring"`, `source_rule: "ring"`},
		{`"n":16`, `"n":0`, "v0: n 0 must be in"},
		{`18446744073709551615`, `-1`, "seed -1 must be"},
		{`"generators":3`, `"generators":8`, "kick: 8 generators"},
		{`"window_steps":50`, `"window_steps":1`, "kick: window of 1 steps"},
		{`"T_steps":1e3`, `"T_steps":0`, "at least 1 step"},
	} {
		require.Contains(t, cube, m.old)
		_, err := golden.Read(strings.NewReader(strings.Replace(cube, m.old, m.new, 1)))
		require.ErrorContains(t, err, m.want)
	}
}

// FuzzRead checks that no file makes the reader panic, and that what it accepts can be validated.
func FuzzRead(f *testing.F) {
	f.Add([]byte(chain))
	f.Add([]byte(cube))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := golden.Read(strings.NewReader(string(data)))
		if err == nil {
			_ = c.Network.Validate()
		}
	})
}
