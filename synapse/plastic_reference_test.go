package synapse

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const testTick = 0.1 // ms

// reference computes what one synapse hands on at each of its presynaptic spikes, straight from
// the definitions: traces are sums of exponentials over all earlier spikes, and the history is complete.
func reference(m Plastic, pre, post []int64, delay int64, w float64) []float64 {
	var out []float64
	for i, t := range pre {
		switch m := m.(type) {
		case STDP:
			w = pairs(pre[:i], post, t, delay, w, m.TauPlus, m.TauMinus,
				func(w, k float64, _ []int64, _ int64) float64 {
					x := w / m.Wmax
					return math.Min(1, x+m.Lambda*math.Pow(1-x, m.MuPlus)*k) * m.Wmax
				},
				func(w, k float64) float64 {
					x := w / m.Wmax
					return math.Max(0, x-m.Alpha*m.Lambda*math.Pow(x, m.MuMinus)*k) * m.Wmax
				})
		case STDPPowerLaw:
			w = pairs(pre[:i], post, t, delay, w, m.TauPlus, m.TauMinus,
				func(w, k float64, _ []int64, _ int64) float64 { return w + m.Lambda*math.Pow(w, m.Mu)*k },
				func(w, k float64) float64 { return math.Max(0, w-m.Lambda*m.Alpha*w*k) })
		case STDPTriplet:
			w = pairs(pre[:i], post, t, delay, w, m.TauPlus, m.TauMinus,
				func(w, k float64, before []int64, s int64) float64 {
					return math.Min(m.Wmax, w+k*(m.Aplus+m.AplusTriplet*traceAt(before, s, m.TauMinusTriplet)))
				},
				func(w, k float64) float64 {
					return math.Max(0, w-k*(m.Aminus+m.AminusTriplet*traceAt(pre[:i], t, m.TauPlusTriplet)))
				})
		case Tsodyks2:
			out = append(out, w*released(m, pre[:i+1]))
			continue
		}
		out = append(out, w)
	}
	return out
}

// pairs makes the changes of a weight at the presynaptic spike of tick t, after those of earlier.
func pairs(earlier, post []int64, t, delay int64, w, tauPlus, tauMinus float64,
	potentiate func(w, k float64, before []int64, s int64) float64, depress func(w, k float64) float64) float64 {
	last := int64(0)
	if n := len(earlier); n > 0 {
		last = earlier[n-1]
	}
	strictly := 0
	for i, s := range post {
		if last-delay < s && s <= t-delay {
			w = potentiate(w, traceAt(earlier, s+delay, tauPlus), post[:i], s)
		}
		if s < t-delay {
			strictly = i + 1
		}
	}
	return depress(w, traceAt(post[:strictly], t-delay, tauMinus))
}

// traceAt is a sum over spikes.
func traceAt(spikes []int64, tick int64, tau float64) float64 {
	sum := 0.0
	for _, s := range spikes {
		sum += math.Exp(-float64(tick-s) * testTick / tau)
	}
	return sum
}

// released is the fraction of the resources released at the last of some spikes.
func released(m Tsodyks2, spikes []int64) float64 {
	x, u := 1.0, m.U
	for i := 1; i < len(spikes); i++ {
		gap := float64(spikes[i]-spikes[i-1]) * testTick
		x = 1 + (x-x*u-1)*math.Exp(-gap/m.TauRec)
		if m.TauFac > 0 {
			u = m.U + u*(1-m.U)*math.Exp(-gap/m.TauFac)
		}
	}
	return x * u
}

func TestPlasticityEqualsReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model, s := drawModel(t), drawScenario(t, 4)
		initial := s.rows.clone()
		p, err := model.Plasticity(s.rows, len(s.post), testTick)
		require.NoError(t, err)
		got := map[int][]float64{}
		for _, h := range play(s.rows, p, s.pre, s.post, 0, s.ticks, nil) {
			got[h.synapse] = append(got[h.synapse], h.weight)
		}
		for r, source := range initial.source {
			for j, n := range initial.synapse[r] {
				want := reference(model, s.pre[source], s.post[initial.targets[r][j]], initial.delay[r], initial.weights[r][j])
				require.Len(t, got[n], len(want))
				for i := range want {
					// The power of a difference near 0 magnifies the last bit of the trace.
					require.InDelta(t, want[i], got[n][i], 1e-9*math.Max(1, want[i]), "%s, synapse %d, spike %d", model.Name(), n, i)
				}
			}
		}
	})
}

// Catching up at any moments must not change a single bit of what is handed on, and Settled must
// not depend on it either.
func TestCatchUpChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model, s := drawModel(t), drawScenario(t, 4)
		calls := map[int64]bool{}
		for _, now := range rapid.SliceOfN(rapid.Int64Range(0, s.ticks), 0, 30).Draw(t, "catch up") {
			calls[now] = true
		}
		reading := rapid.Int64Range(0, s.ticks-1).Draw(t, "reading")
		run := func(catchUp bool) (log []handed, settled []float64) {
			rows := s.rows.clone()
			p, err := model.Plasticity(rows, len(s.post), testTick)
			require.NoError(t, err)
			log = play(rows, p, s.pre, s.post, 0, s.ticks, func(now int64) {
				if catchUp && calls[now] {
					p.CatchUp(now)
				}
				if now == reading {
					for r := range rows.delay {
						settled = p.Settled(r, now, settled)
					}
				}
			})
			return log, settled
		}
		wantLog, wantSettled := run(false)
		gotLog, gotSettled := run(true)
		require.Equal(t, wantLog, gotLog)
		require.Equal(t, wantSettled, gotSettled)
	})
}

// What Settled reads is what CatchUp writes.
func TestSettledForetellsCatchUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model, s := drawModel(t), drawScenario(t, 4)
		p, err := model.Plasticity(s.rows, len(s.post), testTick)
		require.NoError(t, err)
		play(s.rows, p, s.pre, s.post, 0, s.ticks, nil)
		var foretold [][]float64
		for r := range s.rows.delay {
			foretold = append(foretold, p.Settled(r, s.ticks, nil))
		}
		p.CatchUp(s.ticks)
		require.Equal(t, foretold, s.rows.weights)
	})
}

func TestSaveAndRestore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model, s := drawModel(t), drawScenario(t, 4)
		middle := rapid.Int64Range(0, s.ticks).Draw(t, "middle")
		first, err := model.Plasticity(s.rows, len(s.post), testTick)
		require.NoError(t, err)
		play(s.rows, first, s.pre, s.post, 0, middle, nil)
		if rapid.Bool().Draw(t, "catch up") {
			first.CatchUp(middle)
		}

		rows := s.rows.clone()
		second, err := model.Plasticity(rows, len(s.post), testTick)
		require.NoError(t, err)
		require.NoError(t, second.Restore(first.Save()))
		require.Equal(t, first.Save(), second.Save())
		require.Equal(t,
			play(s.rows, first, s.pre, s.post, middle, s.ticks, nil),
			play(rows, second, s.pre, s.post, middle, s.ticks, nil))
	})
}
