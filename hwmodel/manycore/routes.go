package manycore

import "slices"

// routes say, for every neuron, which synapses its spike reaches on which core.
type routes struct {
	start []int // by neuron
	list  []route
}

// route is the part of a projection that a neuron's spike finds on one core. Routes of a neuron are in order
// of core, then of projection; all of one core share one message.
type route struct {
	core       int32 // index in the placement's list of cores
	projection int32
	synapses   int32
}

func (r *routes) of(neuron int) []route { return r.list[r.start[neuron]:r.start[neuron+1]] }

// routes goes through the wiring core by core. The wiring of all projections must be known.
func (l *layout) routes() (*routes, error) {
	var bad Problems
	for i := range l.d.Projections {
		if p := &l.d.Projections[i]; p.Wiring == nil {
			bad.add(p.Place, "projection %q: its wiring is known by its counts only, so spikes cannot be followed; valid: a projection with Wiring", p.Name)
		}
	}
	if err := bad.err(); err != nil {
		return nil, err
	}
	r := &routes{start: make([]int, len(l.core)+1)}
	var found []route
	var sources []int32
	count := make([]int32, len(l.core))
	for k, parts := range l.byCore() {
		for q := range l.d.Projections {
			touched := l.reached(&l.d.Projections[q], parts, count)
			for _, s := range touched {
				found = append(found, route{int32(k), int32(q), count[s]})
				sources = append(sources, s)
				r.start[s+1]++
				count[s] = 0
			}
		}
	}
	for i := range l.core {
		r.start[i+1] += r.start[i]
	}
	r.list = make([]route, len(found))
	next := slices.Clone(r.start)
	for i, s := range sources {
		r.list[next[s]] = found[i]
		next[s]++
	}
	return r, nil
}

// reached counts, for the sources of a projection, the synapses that end on the parts of one core. It lists
// the sources with any.
func (l *layout) reached(p *Projection, parts []Part, count []int32) (touched []int32) {
	for i := range parts {
		if parts[i].Population != p.To.Population {
			continue
		}
		l.visit(p, parts[i].Lo, parts[i].Hi, func(source, _ int) {
			if count[source] == 0 {
				touched = append(touched, int32(source))
			}
			count[source]++
		})
	}
	return touched
}
