package neuron_test

import (
	"math"
	"testing"

	"couplet/neuron"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The tests of this file hold the grid models against the rules of testdata/golden/nest/README.md
// written down a second time, as plainly as possible: one neuron, absolute potentials kept relative
// to E_L, package math, no propagator shared with the package.

// plainNeuron is one neuron of any of the three models.
type plainNeuron struct {
	h, cm, tauM, el, vth, vreset, ie float64
	tauSyn                           [2]float64
	vmin                             float64
	r                                int // R = round(t_ref/h)
	keep                             bool

	v, kept float64
	y, i    [2]float64
	ref     int
}

func plain(m neuron.Model, h float64) *plainNeuron {
	n := &plainNeuron{h: h, vmin: math.Inf(-1)}
	for _, p := range neuron.Params(m) {
		x := p.Value(m)
		switch p.Name {
		case "C_m":
			n.cm = x
		case "tau_m":
			n.tauM = x
		case "E_L":
			n.el = x
		case "V_th":
			n.vth = x
		case "V_reset":
			n.vreset = x
		case "t_ref":
			n.r = int(math.Round(x / h))
		case "I_e":
			n.ie = x
		case "V_min":
			n.vmin = x
		case "refractory_input":
			n.keep = x == 1
		case "tau_syn_ex":
			n.tauSyn[0] = x
		case "tau_syn_in":
			n.tauSyn[1] = x
		}
	}
	return n
}

// leak is P·V + G·(I_e + I).
func (n *plainNeuron) leak(current float64) float64 {
	p := math.Exp(-n.h / n.tauM)
	return p*n.v + n.tauM/n.cm*(1-p)*(n.ie+current)
}

func (n *plainNeuron) fires() bool {
	if n.v < n.vth-n.el {
		return false
	}
	n.v, n.ref = n.vreset-n.el, n.r
	return true
}

// delta is one update of iaf_psc_delta with the sum w of the arrivals.
func (n *plainNeuron) delta(w, current float64) bool {
	if n.ref > 0 {
		if n.keep {
			n.kept += w * math.Exp(-float64(n.ref)*n.h/n.tauM)
		}
		n.ref--
		return false
	}
	n.v = math.Max(n.leak(current)+w+n.kept, n.vmin-n.el)
	n.kept = 0
	return n.fires()
}

// a and b are the propagators as the README writes them, e^x - 1 by Expm1.
func (n *plainNeuron) a(x int) float64 {
	tau := n.tauSyn[x]
	if tau == n.tauM {
		return n.h / n.cm * math.Exp(-n.h/tau)
	}
	beta := tau * n.tauM / (n.tauM - tau)
	return beta / n.cm * math.Exp(-n.h/tau) * math.Expm1(n.h/beta)
}

func (n *plainNeuron) b(x int) float64 {
	tau := n.tauSyn[x]
	if tau == n.tauM {
		return n.h * n.h / (2 * n.cm) * math.Exp(-n.h/tau)
	}
	beta := tau * n.tauM / (n.tauM - tau)
	return beta / n.cm * math.Exp(-n.h/tau) * (beta*math.Expm1(n.h/beta) - n.h)
}

// exp is one update of iaf_psc_exp.
func (n *plainNeuron) exp(w [2]float64, current float64) bool {
	free := n.ref == 0
	if free {
		n.v = n.leak(current) + n.a(0)*n.i[0] + n.a(1)*n.i[1]
	} else {
		n.ref--
	}
	for x := range w {
		n.i[x] = n.i[x]*math.Exp(-n.h/n.tauSyn[x]) + w[x]
	}
	return free && n.fires()
}

// alpha is one update of iaf_psc_alpha.
func (n *plainNeuron) alpha(w [2]float64, current float64) bool {
	free := n.ref == 0
	if free {
		n.v = n.leak(current)
		for x := range w {
			n.v += n.b(x)*n.y[x] + n.a(x)*n.i[x]
		}
	} else {
		n.ref--
	}
	for x := range w {
		e := math.Exp(-n.h / n.tauSyn[x])
		n.i[x] = n.h*e*n.y[x] + e*n.i[x]
		n.y[x] = e*n.y[x] + math.E/n.tauSyn[x]*w[x]
	}
	return free && n.fires()
}

func (n *plainNeuron) update(model string, w [2]float64, current float64) bool {
	switch model {
	case "iaf_psc_delta":
		return n.delta(w[0]+w[1], current)
	case "iaf_psc_exp":
		return n.exp(w, current)
	}
	return n.alpha(w, current)
}

// TestAgainstPlainRules drives each model with random parameters, arrivals and currents.
func TestAgainstPlainRules(t *testing.T) {
	for name, weight := range map[string]float64{"iaf_psc_delta": 6, "iaf_psc_exp": 1500, "iaf_psc_alpha": 800} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				m := drawParameters(rt, name)
				h := rapid.SampledFrom([]float64{0.1, 0.25, 1}).Draw(rt, "tick")
				state, err := m.Build(neuron.Build{N: 1, TickMs: h})
				require.NoError(rt, err)
				followPlainRules(rt, m, state.(neuron.Clocked), h, weight)
			})
		})
	}
}

// drawParameters gives a model random parameters. Now and then a synaptic time constant equals that
// of the membrane; very near to it the propagators as written cancel, which is a matter for the
// tests of filter.
func drawParameters(rt *rapid.T, name string) neuron.Model {
	m, _ := neuron.ByName(name)
	limits := map[string][2]float64{
		"C_m": {50, 500}, "tau_m": {3, 30}, "E_L": {-80, -60}, "V_th": {-58, -50}, "V_reset": {-85, -60}, "t_ref": {0, 4},
		"I_e": {0, 900}, "V_min": {-100, -70}, "tau_syn_ex": {0.3, 20}, "tau_syn_in": {0.3, 20},
	}
	tauM := 0.0
	for _, p := range neuron.Params(m) {
		x := float64(rapid.IntRange(0, 1).Draw(rt, p.Name))
		if !p.Bool {
			k := rapid.IntRange(0, 999).Draw(rt, p.Name)
			x = limits[p.Name][0] + (limits[p.Name][1]-limits[p.Name][0])*(float64(k)+0.618)/1000
		}
		if p.Name == "tau_m" {
			tauM = x
		}
		switch equal := rapid.Bool().Draw(rt, "equal time constants"); {
		case p.Name == "tau_syn_ex" && equal:
			x = tauM
		case p.Name != "tau_m" && p.Unit == "ms" && math.Abs(x-tauM) < 0.05*tauM:
			x = 0.9 * tauM
		}
		m = neuron.With(m, p, x)
	}
	return m
}

func followPlainRules(t require.TestingT, m neuron.Model, state neuron.Clocked, h, weight float64) {
	reference := plain(m, h)
	ports := m.Info().Ports
	in := make([]neuron.Input, len(ports))
	for p := range in {
		in[p] = neuron.Input{Sum64: make([]int64, 1), Quantum: 0x1p-10}
	}
	// A simple congruential sequence places arrivals and currents: tests need variety, not chance.
	next := uint32(1)
	draw := func(n uint32) uint32 {
		next = next*1664525 + 1013904223
		return (next >> 8) % n
	}
	current := 0.0
	for now := int64(1); now <= 400; now++ {
		var w [2]float64
		for x := range w {
			if draw(6) == 0 {
				units := int64(float64(draw(1000)) / 1000 * weight / 0x1p-10)
				if x == 1 {
					units = -units
				}
				in[min(x, len(in)-1)].Sum64[0] += units
				w[x] = float64(units) * 0x1p-10
			}
		}
		if draw(50) == 0 {
			current = float64(draw(600)) - 200
			state.SetCurrent(0, current)
		}
		var out neuron.Spikes
		state.Step(now, in, &out)
		require.Equal(t, reference.update(m.Info().Name, w, current), len(out.Neurons) == 1, "spike at tick %d", now)
		require.InDelta(t, reference.el+reference.v, state.Read(0, 0, now), 1e-9*(1+math.Abs(reference.v)/100), "V_m at tick %d", now)
	}
}

// drive steps a single neuron from tick 1 and gives its potential after every tick and the ticks
// of its spikes. Arrivals are weights by tick, positive ones at the first port, others at the last.
func drive(t *testing.T, m neuron.Model, arrivals map[int64]float64, ticks int64) (vm []float64, spikes []int64) {
	state, err := m.Build(neuron.Build{N: 1, TickMs: 0.1})
	require.NoError(t, err)
	in := make([]neuron.Input, len(m.Info().Ports))
	for p := range in {
		in[p] = neuron.Input{Sum32: make([]int32, 1), Quantum: 0x1p-6}
	}
	for now := int64(1); now <= ticks; now++ {
		if w := arrivals[now]; w > 0 {
			in[0].Sum32[0] = int32(w / 0x1p-6)
		} else {
			in[len(in)-1].Sum32[0] = int32(w / 0x1p-6)
		}
		var out neuron.Spikes
		state.(neuron.Clocked).Step(now, in, &out)
		vm = append(vm, state.Read(0, 0, now))
		for range out.Neurons {
			spikes = append(spikes, now)
		}
	}
	return vm, spikes
}

// TestRefractoryTicks is the sentence "V equals V_reset after steps m … m+R and moves again in the
// update ending at step m+R+1".
func TestRefractoryTicks(t *testing.T) {
	for _, m := range []neuron.Model{
		neuron.PSCDelta{Cm: 250, TauM: 10, EL: -70, VTh: -55, VReset: -68, TRef: 0.5, VMin: -1e6},
		neuron.PSCExp{Cm: 250, TauM: 10, EL: -70, VTh: -55, VReset: -68, TRef: 0.5, Ie: 0, TauEx: 2, TauIn: 2},
		neuron.PSCAlpha{Cm: 250, TauM: 10, EL: -70, VTh: -55, VReset: -68, TRef: 0.5, Ie: 0, TauEx: 2, TauIn: 2},
	} {
		vm, spikes := drive(t, m, map[int64]float64{3: 30000}, 100)
		require.NotEmpty(t, spikes)
		fired, r := spikes[0], int64(5)
		for step := fired; step <= fired+r; step++ {
			require.Equal(t, -68.0, vm[step-1], "%s, step %d after the spike", m.Info().Name, step-fired)
		}
		require.NotEqual(t, -68.0, vm[fired+r], "%s moves again", m.Info().Name)
	}
}

// TestZeroRefractoryTime: R = 0 lets a neuron move in the very next update.
func TestZeroRefractoryTime(t *testing.T) {
	m := neuron.NewPSCDelta()
	m.TRef = 0
	_, spikes := drive(t, m, map[int64]float64{1: 15, 2: 15, 3: 14, 4: 1.5}, 6)
	require.Equal(t, []int64{1, 2, 4}, spikes)
}

// TestDeltaArrivals: "arrivals go straight into V, unless refractory", and all of one step are
// summed before the test.
func TestDeltaArrivals(t *testing.T) {
	m := neuron.NewPSCDelta()
	m.TRef = 0.2
	vm, spikes := drive(t, m, map[int64]float64{1: 20, 2: 5, 3: 5, 4: 5}, 4)
	require.Equal(t, []int64{1}, spikes)
	require.Equal(t, []float64{-70, -70, -70, -65}, vm, "the arrivals of steps 2 and 3 are lost")

	m.RefractoryInput = true
	vm, _ = drive(t, m, map[int64]float64{1: 20, 2: 5, 3: -3}, 4)
	require.InDelta(t, -70+5*math.Exp(-2*0.1/10)-3*math.Exp(-1*0.1/10), vm[3], 1e-12, "kept with the decay of 2 steps and of 1")
}

// TestThresholdIsInclusive: "V ≥ V_th" with a potential on the threshold exactly.
func TestThresholdIsInclusive(t *testing.T) {
	_, spikes := drive(t, neuron.NewPSCDelta(), map[int64]float64{1: 15}, 2)
	require.Equal(t, []int64{1}, spikes)
	_, spikes = drive(t, neuron.NewPSCDelta(), map[int64]float64{1: 15 - 0x1p-6}, 2)
	require.Empty(t, spikes)
}

// TestFloor: "then V := max(V, V_min)".
func TestFloor(t *testing.T) {
	m := neuron.NewPSCDelta()
	m.VMin = -75
	vm, _ := drive(t, m, map[int64]float64{1: -40, 2: 1}, 2)
	require.Equal(t, -75.0, vm[0])
	require.InDelta(t, -70-5*math.Exp(-0.01)+1, vm[1], 1e-12)
}

// TestSynapticShapes compares the potential after one arrival with the textbook solutions of the
// membrane equation for exponential and alpha-shaped currents.
func TestSynapticShapes(t *testing.T) {
	const w, c, tauM, tau = 100.0, 250.0, 10.0, 2.0
	exp, alpha := neuron.NewPSCExp(), neuron.NewPSCAlpha()
	vmExp, _ := drive(t, exp, map[int64]float64{1: w}, 400)
	vmAlpha, _ := drive(t, alpha, map[int64]float64{1: w}, 400)
	vmIn, _ := drive(t, exp, map[int64]float64{1: -w}, 400)
	peak := 0.0
	for n := range int64(400) {
		s := float64(n) * 0.1 // time since the arrival at step 1
		psp := w / c * (math.Exp(-s/tauM) - math.Exp(-s/tau)) / (1/tau - 1/tauM)
		require.InDelta(t, psp, vmExp[n]+70, 1e-11)
		require.InDelta(t, -psp, vmIn[n]+70, 1e-11)
		// Variation of constants with i(s) = w·e/τ·s·e^{-s/τ} and k = 1/τ - 1/tau_m.
		k := 1/tau - 1/tauM
		psp = w * math.E / tau / c * math.Exp(-s/tauM) * (1 - (1+k*s)*math.Exp(-k*s)) / (k * k)
		require.InDelta(t, psp, vmAlpha[n]+70, 1e-11)
		peak = max(peak, psp)
	}
	require.Greater(t, peak, 0.5)
}

// TestAlphaPeaksAtItsWeight: a current of weight w reaches w after the time constant.
func TestAlphaPeaksAtItsWeight(t *testing.T) {
	m := neuron.NewPSCAlpha()
	state, err := m.Build(neuron.Build{N: 1, TickMs: 0.1})
	require.NoError(t, err)
	in := []neuron.Input{{Sum32: []int32{100}, Quantum: 1}, {Sum32: make([]int32, 1), Quantum: 1}}
	highest, at := 0.0, int64(0)
	for now := int64(1); now <= 100; now++ {
		state.(neuron.Clocked).Step(now, in, &neuron.Spikes{})
		if i := state.Read(1, 0, now); i > highest {
			highest, at = i, now
		}
	}
	require.InDelta(t, 100, highest, 1e-10)
	require.Equal(t, int64(21), at, "2 ms after the arrival at step 1")
}

// TestSilentGaps compares lazy closed forms over gaps of up to a million ticks with the steps of a
// clocked neuron, for the tables and for what lies beyond them.
func TestSilentGaps(t *testing.T) {
	each := map[string][]float64{"V_m": {-60}, "I_syn_ex": {120}, "I_syn_in": {-300}, "dI_syn_ex": {80}, "dI_syn_in": {-90}, "I_e": {-40}}
	for _, m := range []neuron.Model{neuron.NewPSCDelta(), neuron.NewPSCExp(), neuron.NewPSCAlpha()} {
		own := make(map[string][]float64)
		for name, x := range each {
			for _, v := range m.Info().Variables {
				if v.Name == name || name == "I_e" {
					own[name] = x
				}
			}
		}
		clocked, err := m.Build(neuron.Build{N: 1, TickMs: 0.1, Each: own})
		require.NoError(t, err)
		in := make([]neuron.Input, len(m.Info().Ports))
		for p := range in {
			in[p] = neuron.Input{Sum32: make([]int32, 1), Quantum: 1}
		}
		now := int64(0)
		for _, gap := range []int64{1, 2, 10, 500, 1023, 1024, 1025, 5000, 1_000_000} {
			for now < gap {
				now++
				clocked.(neuron.Clocked).Step(now, in, &neuron.Spikes{})
			}
			lazy, err := m.Build(neuron.Build{N: 1, TickMs: 0.1, Lazy: true, Each: own})
			require.NoError(t, err)
			require.Equal(t, neuron.Never, lazy.(neuron.Lazy).Wake(0))
			for v, variable := range m.Info().Variables {
				want := clocked.Read(v, 0, now)
				require.InDelta(t, want, lazy.Read(v, 0, gap), 1e-11*(1+math.Abs(want)), "%s of %s after %d ticks", variable.Name, m.Info().Name, gap)
			}
		}
	}
}
