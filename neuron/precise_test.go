package neuron_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"couplet/neuron"
	"couplet/neuron/neurontest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// onePrecise builds a single clocked neuron.
func onePrecise(t *testing.T, m neuron.PSCExpPS, tickMs float64) neuron.Clocked {
	t.Helper()
	state, err := m.Build(neuron.Build{N: 1, TickMs: tickMs})
	require.NoError(t, err)
	return state.(neuron.Clocked)
}

// spikeTimes runs one neuron and gives its spike times in ms. arrivals are by tick.
func spikeTimes(state neuron.Clocked, tickMs float64, ticks int64, arrivals map[int64][]neuron.Arrival) []float64 {
	var times []float64
	for now := int64(1); now <= ticks; now++ {
		var out neuron.Spikes
		state.Step(now, []neuron.Input{{Timed: arrivals[now]}}, &out)
		for _, before := range out.Before {
			times = append(times, float64(now)*tickMs-before)
		}
	}
	return times
}

// Under a constant current the neuron fires with the period t_ref + tau_m·ln((Vinf-V_reset)/(Vinf-V_th)),
// whatever the tick and however t_ref lies to it.
func TestPrecisePeriod(t *testing.T) {
	for _, tick := range []float64{0.1, 0.125, 0.37, 1} {
		for _, ref := range []float64{1, 1.3, 2, math.Pi} {
			m := neuron.NewPSCExpPS()
			m.Ie, m.TRef = 500, ref
			limit := m.EL + m.Ie*m.TauM/m.Cm
			first := m.TauM * math.Log((limit-m.EL)/(limit-m.VTh))
			period := m.TRef + m.TauM*math.Log((limit-m.VReset)/(limit-m.VTh))
			times := spikeTimes(onePrecise(t, m, tick), tick, int64(200/tick), nil)
			require.Greater(t, len(times), 10)
			for k, got := range times {
				require.InDelta(t, first+float64(k)*period, got, 1e-10, "spike %d, tick %g, t_ref %g", k, tick, ref)
			}
		}
	}
}

// A single arrival at time a gives V(t) = w·a(t - a) with the transfer a of the doc comment: in the
// peak, at equal time constants, and for both signs.
func TestPrecisePostsynapticPotential(t *testing.T) {
	transfer := func(tau, tauM, c, dt float64) float64 {
		if tau == tauM {
			return dt / c * math.Exp(-dt/tau)
		}
		beta := tau * tauM / (tauM - tau)
		return beta / c * math.Exp(-dt/tau) * (math.Exp(dt/beta) - 1)
	}
	for _, tau := range []float64{0.5, 2, 9.999999, 10, 10.000001, 25} {
		for _, weight := range []float64{100, -100} {
			m := neuron.NewPSCExpPS()
			m.TauEx, m.TauIn = tau, tau
			state := onePrecise(t, m, 0.1)
			arrivals := map[int64][]neuron.Arrival{3: {{Neuron: 0, Before: 0.0371, Weight: weight}}}
			for now := int64(1); now <= 400; now++ {
				state.Step(now, []neuron.Input{{Timed: arrivals[now]}}, &neuron.Spikes{})
				want := 0.0
				if now >= 3 {
					want = weight * transfer(tau, m.TauM, m.Cm, float64(now)*0.1-(0.3-0.0371))
				}
				// The textbook form itself loses nine digits near equal time constants.
				require.InDelta(t, m.EL+want, state.Read(0, 0, now), 1e-8, "tau %g, tick %d", tau, now)
			}
		}
	}
}

// "Input spikes of equal time add up", and the order of delivery does not matter, to the last bit.
func TestPreciseOrderOfArrivals(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	m := neuron.NewPSCExpPS()
	run := func(arrivals []neuron.Arrival) (spikes neuron.Spikes, v []float64) {
		state, err := m.Build(neuron.Build{First: 10, N: 4, TickMs: 0.1})
		require.NoError(t, err)
		for now := int64(1); now <= 60; now++ {
			in := []neuron.Input{{}}
			if now == 1 {
				in[0].Timed = append(in[0].Timed, arrivals...)
			}
			state.(neuron.Clocked).Step(now, in, &spikes)
			for i := range 4 {
				v = append(v, state.Read(0, i, now))
			}
		}
		return spikes, v
	}
	var arrivals []neuron.Arrival
	for k := range 40 {
		arrivals = append(arrivals, neuron.Arrival{
			Neuron: uint32(k % 4), Before: float64(random.IntN(4)) / 40, Weight: 300 * (1 + 2*random.NormFloat64()),
		})
	}
	spikes, v := run(arrivals)
	require.NotEmpty(t, spikes.Neurons)
	for range 20 {
		random.Shuffle(len(arrivals), func(i, j int) { arrivals[i], arrivals[j] = arrivals[j], arrivals[i] })
		again, w := run(arrivals)
		require.Equal(t, spikes, again)
		require.Equal(t, v, w)
	}

	twice := []neuron.Arrival{{Neuron: 0, Before: 0.05, Weight: 8}, {Neuron: 0, Before: 0.05, Weight: 8}}
	once := []neuron.Arrival{{Neuron: 0, Before: 0.05, Weight: 16}}
	_, a := run(twice)
	_, b := run(once)
	require.Equal(t, a, b)
}

// "An excursion above threshold that comes back within one piece is missed, by design": a short strong
// current crosses within a tick of 20 ms and is not seen, but is with a tick of 0.1 ms.
func TestPreciseMissedExcursion(t *testing.T) {
	m := neuron.NewPSCExpPS()
	m.TauM, m.TauEx, m.TRef = 2, 0.5, 20
	kick := func(tick float64) map[int64][]neuron.Arrival {
		return map[int64][]neuron.Arrival{1: {{Before: tick / 2, Weight: 20000}}}
	}
	require.Empty(t, spikeTimes(onePrecise(t, m, 20), 20, 3, kick(20)))
	require.Len(t, spikeTimes(onePrecise(t, m, 0.1), 0.1, 600, kick(0.1)), 1)
}

// V is held at V_reset for exactly t_ref while the currents decay; an arrival then still counts.
func TestPreciseRefractoryTime(t *testing.T) {
	m := neuron.NewPSCExpPS()
	m.TRef = 1.05
	state := onePrecise(t, m, 0.1)
	arrivals := map[int64][]neuron.Arrival{1: {{Before: 0.04, Weight: 1e5}}}
	var spikes neuron.Spikes
	state.Step(1, []neuron.Input{{Timed: arrivals[1]}}, &spikes)
	require.Equal(t, []uint32{0}, spikes.Neurons)
	spiked := 0.1 - spikes.Before[0]
	require.InDelta(t, 0.0975, spiked, 0.003)
	var again []float64
	for now := int64(2); now <= 20; now++ {
		var out neuron.Spikes
		state.Step(now, []neuron.Input{{}}, &out)
		ends := float64(now) * 0.1
		switch {
		case ends < spiked+m.TRef:
			require.Equal(t, m.VReset, state.Read(0, 0, now), "tick %d", now)
			require.InDelta(t, 1e5*math.Exp(-(ends-0.06)/m.TauEx), state.Read(1, 0, now), 1e-6)
		case len(out.Before) > 0:
			again = append(again, ends-out.Before[0])
		}
	}
	require.NotEmpty(t, again)
	require.Greater(t, again[0], spiked+m.TRef)
	require.Less(t, again[0], spiked+m.TRef+0.1)
}

// An initial potential above the threshold fires at once, at the start of the first tick.
func TestPreciseInitialPotentialAboveThreshold(t *testing.T) {
	state, err := neuron.NewPSCExpPS().Build(neuron.Build{N: 1, TickMs: 0.1, Each: map[string][]float64{"V_m": {0}}})
	require.NoError(t, err)
	var out neuron.Spikes
	state.(neuron.Clocked).Step(1, []neuron.Input{{}}, &out)
	require.Equal(t, []uint32{0}, out.Neurons)
	require.InDelta(t, 0.1, out.Before[0], 1e-12)
	require.Less(t, out.Before[0], 0.1)
}

func TestPreciseRefusals(t *testing.T) {
	m := neuron.NewPSCExpPS()
	_, err := m.Build(neuron.Build{N: 1, TickMs: 2.5})
	require.EqualError(t, err, "neuron: iaf_psc_exp_ps: t_ref of 2 ms is shorter than the tick of 2.5 ms")
	m.VReset = -50
	require.Len(t, m.Validate(), 1)
	require.Equal(t, "V_reset", m.Validate()[0].Param)
}

func TestPreciseConformance(t *testing.T) {
	neurontest.Run(t, neuron.NewPSCExpPS(), neurontest.Options{
		Weight: 2000, Current: 600,
		Vary: map[string][2]float64{
			"C_m": {100, 400}, "tau_m": {2, 30}, "E_L": {-75, -65}, "V_th": {-60, -50}, "V_reset": {-80, -61},
			"t_ref": {0.1, 3}, "I_e": {-300, 900}, "tau_syn_ex": {0.2, 20}, "tau_syn_in": {0.2, 20},
			"V_m": {-95, -60.001}, "I_syn_ex": {-500, 2000}, "I_syn_in": {-2000, 500},
		},
	})
}

// preciseScript is what happens to a population of precise neurons: arrivals and currents by tick.
type preciseScript struct {
	n        int
	ticks    int64
	arrivals map[int64][]neuron.Arrival
	currents map[int64]float64 // into neuron 0
}

func drawPreciseScript(t *rapid.T, tickMs float64) preciseScript {
	s := preciseScript{
		n: rapid.IntRange(1, 3).Draw(t, "n"), ticks: 600,
		arrivals: map[int64][]neuron.Arrival{}, currents: map[int64]float64{},
	}
	for range rapid.IntRange(0, 60).Draw(t, "arrivals") {
		at := rapid.Int64Range(1, s.ticks).Draw(t, "at")
		s.arrivals[at] = append(s.arrivals[at], neuron.Arrival{
			Neuron: uint32(rapid.IntRange(0, s.n-1).Draw(t, "to")),
			Before: tickMs * rapid.Float64Range(0, 0.999).Draw(t, "before"),
			Weight: rapid.Float64Range(-600, 1500).Draw(t, "weight"),
		})
	}
	for range rapid.IntRange(0, 4).Draw(t, "currents") {
		s.currents[rapid.Int64Range(1, s.ticks).Draw(t, "from")] = float64(rapid.IntRange(-300, 700).Draw(t, "current"))
	}
	return s
}

// run plays the script; a lazy state is touched only when it has to be. idle counts the
// wake-ups for nothing.
func (s preciseScript) run(state neuron.State, tickMs float64, lazy bool) (times map[uint32][]float64, v []float64, idle int) {
	times = map[uint32][]float64{}
	for now := int64(1); now <= s.ticks; now++ {
		if current, ok := s.currents[now]; ok {
			if lazy {
				state.(neuron.Lazy).Advance(0, now-1)
			}
			state.SetCurrent(0, current)
		}
		in := []neuron.Input{{Timed: append([]neuron.Arrival(nil), s.arrivals[now]...)}}
		var out neuron.Spikes
		if lazy {
			list, woken := s.due(state.(neuron.Lazy), now)
			state.(neuron.Lazy).Touch(now, list, in, &out)
			idle += max(woken-len(out.Neurons), 0)
		} else {
			state.(neuron.Clocked).Step(now, in, &out)
		}
		for k, i := range out.Neurons {
			times[i] = append(times[i], float64(now)*tickMs-out.Before[k])
		}
		v = append(v, state.Read(0, 0, now), state.Read(1, 0, now), state.Read(2, 0, now))
	}
	return times, v, idle
}

// due lists the neurons to touch, of which woken have no arrival.
func (s preciseScript) due(state neuron.Lazy, now int64) (list []uint32, woken int) {
	for i := range uint32(s.n) {
		arrives := slices.ContainsFunc(s.arrivals[now], func(a neuron.Arrival) bool { return a.Neuron == i })
		wakes := state.Wake(int(i)) <= now
		if arrives || wakes {
			list = append(list, i)
		}
		if wakes && !arrives {
			woken++
		}
	}
	return list, woken
}

// Lazy hosting gives the spikes of clocked hosting, their times to 1e-9 ms, and Wake is rarely early.
func TestPreciseLazyEqualsClocked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const tick = 0.1
		script := drawPreciseScript(t, tick)
		m := neuron.NewPSCExpPS()
		m.TRef = rapid.Float64Range(0.1, 4).Draw(t, "t_ref")
		m.TauEx = rapid.Float64Range(0.2, 12).Draw(t, "tau_syn_ex")
		m.TauIn = rapid.SampledFrom([]float64{0.5, 2, 10, 30}).Draw(t, "tau_syn_in")
		// At 375 pA V approaches V_th and never crosses it: near to that, but not on it, where rounding
		// alone would say when a spike is due.
		m.Ie = rapid.SampledFrom([]float64{0.1, 300.1, 374.9, 375.1, 600.1}).Draw(t, "I_e")
		each := map[string][]float64{"V_m": make([]float64, script.n), "I_syn_ex": make([]float64, script.n), "I_syn_in": make([]float64, script.n)}
		for i := range script.n {
			each["V_m"][i] = rapid.Float64Range(-90, -55.001).Draw(t, "V_m")
			each["I_syn_ex"][i] = rapid.Float64Range(-1000, 1000).Draw(t, "I_syn_ex")
			each["I_syn_in"][i] = rapid.Float64Range(-1000, 1000).Draw(t, "I_syn_in")
		}
		build := neuron.Build{N: script.n, TickMs: tick, Each: each}
		clocked, err := m.Build(build)
		require.NoError(t, err)
		build.Lazy = true
		lazy, err := m.Build(build)
		require.NoError(t, err)
		want, v, _ := script.run(clocked, tick, false)
		got, w, idle := script.run(lazy, tick, true)
		require.Len(t, got, len(want))
		for i := range want {
			require.Len(t, got[i], len(want[i]), "spikes of neuron %d", i)
			require.InDeltaSlice(t, want[i], got[i], 1e-9)
		}
		require.InDeltaSlice(t, v, w, 1e-9)
		require.LessOrEqual(t, idle, 5, "wake-ups for nothing")
	})
}
