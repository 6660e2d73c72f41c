package bptt

// Spikes shows the spikes of each population in tick t, counted from 0, of the batch that was trained last.
func (n *Net[F]) Spikes(t int) [][]F {
	var list [][]F
	for _, d := range n.nodes {
		if d.lif != nil {
			list = append(list, d.spikes.at(t))
		}
	}
	return list
}

// Potentials shows the potentials u[t] of each population.
func (n *Net[F]) Potentials(t int) [][]F {
	var list [][]F
	for _, d := range n.nodes {
		if d.lif != nil {
			list = append(list, d.current.at(t))
		}
	}
	return list
}

// HeldBytes is the size of the history that is allocated.
func (n *Net[F]) HeldBytes() int64 {
	values := 0
	for _, r := range n.records {
		if r.whole {
			values += len(r.values)
		}
	}
	return int64(values) * sizeOf[F]()
}
