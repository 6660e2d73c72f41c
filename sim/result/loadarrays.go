package result

import (
	"fmt"

	"couplet/internal/npz"
	"couplet/sim"
)

// loader takes arrays of one recorder out of an archive and keeps the first error.
type loader struct {
	*npz.Archive
	key string
	err error
}

// take reads an array of n elements in rows of the given length (1: no rows).
func take[T npz.Number](l *loader, name string, n, row int) []T {
	if l.err != nil {
		return nil
	}
	data, shape, err := npz.Get[T](l.Archive, l.key+"/"+name)
	switch {
	case err != nil:
		l.err = err
	case len(shape) == 0 || shape[0] != n || len(data) != n*row:
		l.err = fmt.Errorf("array %q: shape %v must have %d entries of %d, as %s says", l.key+"/"+name, shape, n, row, summaryFile)
	}
	return data
}

func (l *loader) has(name string) bool { return l.Has(l.key + "/" + name) }

func (r *Run) loadSpikes(a *npz.Archive, s *summary, pops map[string]*sim.Population) error {
	for _, rec := range s.Spikes {
		from, err := view(pops, rec.From)
		if err != nil {
			return err
		}
		l := &loader{Archive: a, key: rec.Array}
		train := &sim.SpikeTrain{
			Recorder: &sim.Recorder{Name: rec.Name, What: rec.What, From: from},
			Ticks:    take[int64](l, "tick", rec.Entries, 1),
			Neurons:  take[uint32](l, "neuron", rec.Entries, 1),
		}
		if l.has("sign") {
			train.Signs = take[int8](l, "sign", rec.Entries, 1)
		}
		if l.has("before_ms") {
			train.Before = take[float64](l, "before_ms", rec.Entries, 1)
		}
		if l.err != nil {
			return l.err
		}
		r.Spikes = append(r.Spikes, train)
	}
	return nil
}

func (r *Run) loadTraces(a *npz.Archive, s *summary, pops map[string]*sim.Population) error {
	for _, rec := range s.Traces {
		from, err := view(pops, rec.From)
		if err != nil {
			return err
		}
		l := &loader{Archive: a, key: rec.Array}
		trace := &sim.Trace{
			Recorder: &sim.Recorder{Name: rec.Name, What: rec.What, From: from, EveryMs: rec.Every},
			Unit:     rec.Unit,
			Ticks:    take[int64](l, "tick", rec.Entries, 1),
			Values:   take[float64](l, "values", rec.Entries, from.Len()),
		}
		if l.err != nil {
			return l.err
		}
		r.Traces = append(r.Traces, trace)
	}
	return nil
}

func (r *Run) loadWeights(a *npz.Archive, s *summary, pops map[string]*sim.Population) error {
	for _, rec := range s.Weights {
		if rec.To == nil {
			return fmt.Errorf("recorder %q has no target in %s", rec.Name, summaryFile)
		}
		from, err := view(pops, rec.From)
		if err != nil {
			return err
		}
		to, err := view(pops, *rec.To)
		if err != nil {
			return err
		}
		l := &loader{Archive: a, key: rec.Array}
		log := &sim.WeightLog{
			Recorder: &sim.Recorder{Name: rec.Name, What: rec.What, Of: &sim.Projection{Name: rec.Projection, From: from, To: to}},
			Ticks:    take[int64](l, "tick", rec.Entries, 1),
			Ordinals: take[uint64](l, "ordinal", rec.Entries, 1),
			Sources:  take[uint32](l, "source", rec.Entries, 1),
			Targets:  take[uint32](l, "target", rec.Entries, 1),
			Weights:  take[float64](l, "weight", rec.Entries, 1),
		}
		if l.err != nil {
			return l.err
		}
		r.Weights = append(r.Weights, log)
	}
	return nil
}
