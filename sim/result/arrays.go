package result

import (
	"io"

	"couplet/internal/npz"
)

// archive writes arrays under the key of a recorder and keeps the first error.
type archive struct {
	*npz.Writer
	err error
}

func put[T npz.Number](a *archive, name string, data []T, shape ...int) {
	if a.err == nil {
		a.err = npz.Put(a.Writer, name, data, shape...)
	}
}

// finish closes the archive.
func (a *archive) finish() error {
	if a.err != nil {
		return a.err
	}
	return a.Close()
}

func (r *Run) writeSpikeArrays(w io.Writer) error {
	a := &archive{Writer: npz.NewWriter(w)}
	for i, key := range r.spikeKeys() {
		s := r.Spikes[i]
		put(a, key+"/tick", s.Ticks)
		put(a, key+"/neuron", s.Neurons)
		if s.Signs != nil {
			put(a, key+"/sign", s.Signs)
		}
		if s.Before != nil {
			put(a, key+"/before_ms", s.Before)
		}
		if !r.Outline.Steps {
			times := make([]float64, s.Len())
			for j := range times {
				times[j] = r.spikeMs(s, j)
			}
			put(a, key+"/time_ms", times)
		}
	}
	return a.finish()
}

func (r *Run) writeTraceArrays(w io.Writer) error {
	a := &archive{Writer: npz.NewWriter(w)}
	for i, key := range r.traceKeys() {
		t := r.Traces[i]
		view := t.Recorder.From
		neurons := make([]uint32, view.Len())
		for j := range neurons {
			neurons[j] = uint32(view.Lo + j)
		}
		put(a, key+"/tick", t.Ticks)
		r.putTimes(a, key, t.Ticks)
		put(a, key+"/neuron", neurons)
		put(a, key+"/values", t.Values, len(t.Ticks), view.Len())
	}
	return a.finish()
}

func (r *Run) writeWeightArrays(w io.Writer) error {
	a := &archive{Writer: npz.NewWriter(w)}
	for i, key := range r.weightKeys() {
		log := r.Weights[i]
		put(a, key+"/tick", log.Ticks)
		r.putTimes(a, key, log.Ticks)
		put(a, key+"/ordinal", log.Ordinals)
		put(a, key+"/source", log.Sources)
		put(a, key+"/target", log.Targets)
		put(a, key+"/weight", log.Weights)
	}
	return a.finish()
}

// putTimes adds the times in ms that belong to ticks; a step grid has none.
func (r *Run) putTimes(a *archive, key string, ticks []int64) {
	if r.Outline.Steps {
		return
	}
	times := make([]float64, len(ticks))
	for i, t := range ticks {
		times[i] = r.ms(t)
	}
	put(a, key+"/time_ms", times)
}
