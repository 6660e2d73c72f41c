package result

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"couplet/sim"
)

// check makes sure that the parts of a run fit together, so that nothing behind it has to.
func (r *Run) check() error {
	if !(r.Outline.TickMs > 0) || math.IsInf(r.Outline.TickMs, 0) {
		return fmt.Errorf("result: tick of %g ms must be greater than 0", r.Outline.TickMs)
	}
	if r.Activity.Ticks < 0 {
		return fmt.Errorf("result: a run of %d ticks must have at least 0", r.Activity.Ticks)
	}
	if r.Activity.TickMs != r.Outline.TickMs {
		return fmt.Errorf("result: activity counts ticks of %g ms, but the network has ticks of %g ms", r.Activity.TickMs, r.Outline.TickMs)
	}
	if !(r.StatsFromMs >= 0) || math.IsInf(r.StatsFromMs, 0) || !(r.PlannedMs >= 0) || math.IsInf(r.PlannedMs, 0) {
		return fmt.Errorf("result: start of statistics %g ms and planned duration %g ms must be finite and at least 0", r.StatsFromMs, r.PlannedMs)
	}
	if err := r.checkActivity(); err != nil {
		return err
	}
	for _, s := range r.Spikes {
		if err := r.checkSpikes(s); err != nil {
			return err
		}
	}
	for _, t := range r.Traces {
		if err := r.checkTrace(t); err != nil {
			return err
		}
	}
	for _, w := range r.Weights {
		if err := r.checkWeights(w); err != nil {
			return err
		}
	}
	return nil
}

// checkActivity holds the counts against the outline: the same parts under the same names in the same
// order.
func (r *Run) checkActivity() error {
	for _, part := range []struct {
		what           string
		outline, count []string
	}{
		{"populations", names(r.Outline.Populations, func(p Population) string { return p.Name }),
			names(r.Activity.Populations, func(p sim.PopulationActivity) string { return p.Name })},
		{"projections", names(r.Outline.Projections, func(p Projection) string { return p.Name }),
			names(r.Activity.Projections, func(p sim.ProjectionActivity) string { return p.Name })},
		{"stimuli", names(r.Outline.Stimuli, func(p Stimulus) string { return p.Name }),
			names(r.Activity.Stimuli, func(p sim.StimulusActivity) string { return p.Name })},
	} {
		if !slices.Equal(part.outline, part.count) {
			return fmt.Errorf("result: activity counts the %s %q, but the network has %q", part.what, part.count, part.outline)
		}
	}
	if err := r.checkUpdates(); err != nil {
		return err
	}
	for _, p := range r.Outline.Populations {
		if p.Size < 0 || p.Size > math.MaxInt32 {
			return fmt.Errorf("result: population %q: %d neurons must be in [0, %d]", p.Name, p.Size, math.MaxInt32)
		}
	}
	return nil
}

// checkUpdates makes sure that every neuron is active or idle in every tick.
func (r *Run) checkUpdates() error {
	if !r.Activity.CountActive {
		return nil
	}
	for _, p := range r.Activity.Populations {
		high, all := bits.Mul64(uint64(max(p.Neurons, 0)), uint64(r.Activity.Ticks))
		if p.Active < 0 || p.Idle < 0 || high != 0 || uint64(p.Active)+uint64(p.Idle) != all {
			return fmt.Errorf("result: population %q: %d active and %d idle updates must add up to %d neurons x %d ticks",
				p.Name, p.Active, p.Idle, p.Neurons, r.Activity.Ticks)
		}
	}
	return nil
}

func names[T any](list []T, name func(T) string) []string {
	s := make([]string, len(list))
	for i, x := range list {
		s[i] = name(x)
	}
	return s
}

func (r *Run) checkSpikes(s *sim.SpikeTrain) error {
	if err := r.checkRecorder(s.Recorder); err != nil {
		return err
	}
	n, view := s.Len(), s.Recorder.From
	fail := func(format string, args ...any) error {
		return fmt.Errorf("result: spikes of %q: %w", recorderName(s.Recorder), fmt.Errorf(format, args...))
	}
	if len(s.Neurons) != n || (s.Signs != nil && len(s.Signs) != n) || (s.Before != nil && len(s.Before) != n) {
		return fail("%d ticks, %d neurons, %d signs and %d offsets do not fit together", n, len(s.Neurons), len(s.Signs), len(s.Before))
	}
	if err := checkTicks(s.Ticks, r.Activity.Ticks); err != nil {
		return fail("%w", err)
	}
	for i, neuron := range s.Neurons {
		if int64(neuron) < int64(view.Lo) || int64(neuron) >= int64(view.Hi) {
			return fail("neuron %d of spike %d must be in [%d, %d)", neuron, i, view.Lo, view.Hi)
		}
	}
	for i, sign := range s.Signs {
		if sign != 1 && sign != -1 {
			return fail("sign %d of spike %d must be 1 or -1", sign, i)
		}
	}
	for i, b := range s.Before {
		if !(b >= 0) || b > r.Outline.TickMs {
			return fail("offset %g ms of spike %d must lie inside a tick", b, i)
		}
	}
	return nil
}

func (r *Run) checkTrace(t *sim.Trace) error {
	if err := r.checkRecorder(t.Recorder); err != nil {
		return err
	}
	name, neurons := recorderName(t.Recorder), t.Recorder.From.Len()
	if err := checkTicks(t.Ticks, r.Activity.Ticks); err != nil {
		return fmt.Errorf("result: trace %q: %w", name, err)
	}
	if len(t.Values) != len(t.Ticks)*neurons {
		return fmt.Errorf("result: trace %q: %d values are not %d samples of %d neurons", name, len(t.Values), len(t.Ticks), neurons)
	}
	return nil
}

func (r *Run) checkWeights(w *sim.WeightLog) error {
	if w.Recorder == nil || w.Recorder.Of == nil || w.Recorder.Of.From.Population == nil || w.Recorder.Of.To.Population == nil {
		return errors.New("result: a weight log has no projection")
	}
	name, n := recorderName(w.Recorder), len(w.Ticks)
	for _, v := range []sim.View{w.Recorder.Of.From, w.Recorder.Of.To} {
		if err := r.checkView(name, v); err != nil {
			return err
		}
	}
	if len(w.Ordinals) != n || len(w.Sources) != n || len(w.Targets) != n || len(w.Weights) != n {
		return fmt.Errorf("result: weights of %q: %d ticks, %d ordinals, %d sources, %d targets and %d weights do not fit together",
			name, n, len(w.Ordinals), len(w.Sources), len(w.Targets), len(w.Weights))
	}
	if err := checkTicks(w.Ticks, r.Activity.Ticks); err != nil {
		return fmt.Errorf("result: weights of %q: %w", name, err)
	}
	return nil
}

func (r *Run) checkRecorder(rec *sim.Recorder) error {
	if rec == nil || rec.From.Population == nil {
		return errors.New("result: a recording has no population")
	}
	return r.checkView(recorderName(rec), rec.From)
}

// checkView makes sure that a view lies in a population of the outline.
func (r *Run) checkView(recorder string, v sim.View) error {
	p := r.Outline.population(v.Population.Name)
	if p == nil || p.Size != v.Population.Size {
		return fmt.Errorf("result: recorder %q: the network has no population %q of %d neurons", recorder, v.Population.Name, v.Population.Size)
	}
	if v.Lo < 0 || v.Hi < v.Lo || v.Hi > p.Size {
		return fmt.Errorf("result: recorder %q: neurons [%d:%d] must lie in [0:%d]", recorder, v.Lo, v.Hi, p.Size)
	}
	return nil
}

// checkTicks makes sure that ticks lie in the run and do not go back.
func checkTicks(ticks []int64, last int64) error {
	before := int64(0)
	for i, t := range ticks {
		if t < before || t > last {
			return fmt.Errorf("tick %d of entry %d must be in [%d, %d]", t, i, before, last)
		}
		before = t
	}
	return nil
}
