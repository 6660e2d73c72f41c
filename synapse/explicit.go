package synapse

import "fmt"

// Explicit is a list of synapses: synapse i, ordinal i, leads from Source[i] to Target[i]. Neither
// order nor uniqueness is asked for.
type Explicit struct {
	Source, Target []uint32
}

// Name implements [Rule].
func (Explicit) Name() string { return "explicit" }

// Validate implements [Rule].
func (r Explicit) Validate(sources, targets int) error {
	if err := validateSizes(r.Name(), sources, targets); err != nil {
		return err
	}
	if len(r.Source) != len(r.Target) {
		return fmt.Errorf("synapse: %s: the list has %d sources but %d targets", r.Name(), len(r.Source), len(r.Target))
	}
	for i, s := range r.Source {
		if int(s) >= sources {
			return fmt.Errorf("synapse: %s: source %d of synapse %d must be below %d", r.Name(), s, i, sources)
		}
		if t := r.Target[i]; int(t) >= targets {
			return fmt.Errorf("synapse: %s: target %d of synapse %d must be below %d", r.Name(), t, i, targets)
		}
	}
	return nil
}

// Expect implements [Rule]; the number is exact.
func (r Explicit) Expect(_, _ int) float64 { return float64(len(r.Target)) }

// MaxInDegree implements [Rule]; it counts.
func (r Explicit) MaxInDegree(_, targets int) int {
	count := make([]int, targets)
	most := 0
	for _, t := range r.Target {
		if int(t) < targets {
			count[t]++
			most = max(most, count[t])
		}
	}
	return most
}

// Ordinals implements [Numbered].
func (r Explicit) Ordinals(_, _ int) uint64 { return uint64(len(r.Target)) }

// Visit implements [Rule]. It reads the list of targets once.
func (r Explicit) Visit(_ Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	for i, t := range r.Target {
		if int(t) >= lo && int(t) < hi {
			visit(r.Source[i], t, uint64(i))
		}
	}
}
