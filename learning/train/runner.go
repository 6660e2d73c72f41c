package train

import (
	"couplet/internal/dense"
	"couplet/learning/layer"
	"couplet/learning/ottt"
)

// runner shows samples to networks, one for each part of a mini-batch.
type runner[F layer.Real] struct {
	inputs[F]
	nets   []onlineNet[F] // the first one owns the parameters
	ticks  int
	pool   *dense.Pool
	single bool // a network takes one sample at a time
}

// shown lists what a part shows to its network at a time.
func (r *runner[F]) shown(p span) []span {
	if !r.single {
		return []span{p}
	}
	var list []span
	for i := p.lo; i < p.hi; i++ {
		list = append(list, span{i, i + 1})
	}
	return list
}

// clear starts the sums of gradients and counts.
func (r *runner[F]) clear() {
	for _, n := range r.nets {
		n.ZeroGrad()
		n.ResetActivity()
	}
}

// show presents one tick of the input to a network and adds its logits.
func (r *runner[F]) show(net onlineNet[F], x []F, t, samples int, p span, logits []F) error {
	size := net.InputSize()
	var o []F
	var err error
	switch {
	case r.frames > 0:
		o, err = net.Tick(x[(t*samples+p.lo)*size : (t*samples+p.hi)*size])
	case t == 0:
		o, err = net.Tick(x[p.lo*size : p.hi*size])
	default:
		o, err = net.Hold()
	}
	if err != nil {
		return err
	}
	sum := logits[p.lo*net.Classes() : p.hi*net.Classes()]
	for i, v := range o {
		sum[i] += v
	}
	return nil
}

// classify implements learner. The outputs after a tick are the sums of the logits until then.
func (r *runner[F]) classify(x []float32, samples int, course bool) ([]float64, Work, error) {
	classes := r.nets[0].Classes()
	kept := 1 // ticks of which outputs are returned
	if course {
		kept = r.ticks
	}
	outputs := make([]float64, kept*samples*classes)
	in := r.input(x, samples)
	parts := spans(samples, len(r.nets))
	r.clear()
	sum := make([]F, samples*classes)
	err := sideBySide(r.pool, len(parts), func(i int) error {
		net := r.nets[i]
		for _, p := range r.shown(parts[i]) {
			if err := net.Begin(ottt.Batch{Samples: p.hi - p.lo}); err != nil {
				return err
			}
			for t := range r.ticks {
				if err := r.show(net, in, t, samples, p, sum); err != nil {
					return err
				}
				at := max(t-r.ticks+kept, 0) * samples * classes
				for k := p.lo * classes; k < p.hi*classes; k++ {
					outputs[at+k] = float64(sum[k])
				}
			}
		}
		return nil
	})
	return outputs, r.work(samples), err
}

// work adds up the counts of all parts.
func (r *runner[F]) work(samples int) Work {
	var w Work
	for _, n := range r.nets {
		w.add(otttWork(n.Activity()))
	}
	w.Samples = int64(samples)
	return w
}

// otttWork brings the counts of package ottt into the common form.
func otttWork(a ottt.Activity) Work {
	var w Work
	for _, p := range a.Populations {
		w.Layers = append(w.Layers, LayerWork{Name: p.Name, Neurons: int64(p.Neurons), Spikes: p.Spikes, Ticks: a.SampleTicks})
	}
	for _, p := range a.Projections {
		if !p.Graded { // real values are no events; see ottt.ProjectionActivity
			w.Forward += p.Forward
		}
		w.Backward += p.Backward
		w.Update += p.Update
	}
	return w
}
