package sim

import (
	"fmt"
	"strings"

	"couplet/synapse"
)

// zeroDelay tells whether a projection's spikes arrive in the tick in which they are emitted.
func (p *Projection) zeroDelay() bool {
	_, delay := p.Synapse.Strength()
	c, ok := delay.(synapse.Const)
	return ok && c == 0
}

// levels gives every population its topological depth over the zero-delay projections: inside a
// tick, populations are updated level by level, so that a spike can cross a whole feed-forward
// network in the tick in which it was emitted. A cycle without delay has no such order.
func (n *Network) levels() ([]int, *Problem) {
	index := map[*Population]int{}
	for i, p := range n.Populations {
		index[p] = i
	}
	next := make([][]int, len(n.Populations))
	incoming := make([]int, len(n.Populations))
	for _, p := range n.Projections {
		if p.zeroDelay() {
			from, to := index[p.From.Population], index[p.To.Population]
			next[from] = append(next[from], to)
			incoming[to]++
		}
	}
	level := make([]int, len(n.Populations))
	var ready []int
	for i, k := range incoming {
		if k == 0 {
			ready = append(ready, i)
		}
	}
	for done := 0; done < len(ready); done++ {
		i := ready[done]
		for _, j := range next[i] {
			level[j] = max(level[j], level[i]+1)
			if incoming[j]--; incoming[j] == 0 {
				ready = append(ready, j)
			}
		}
	}
	if len(ready) < len(n.Populations) {
		return nil, n.cycle(next, incoming)
	}
	for _, l := range level {
		if l >= maxLevels {
			return nil, &Problem{"projections", fmt.Sprintf("chains of more than %d projections without delay are not supported", maxLevels)}
		}
	}
	return level, nil
}

// cycle names one cycle of zero-delay projections among the populations that were never ready.
func (n *Network) cycle(next [][]int, incoming []int) *Problem {
	at := 0
	for incoming[at] == 0 {
		at++
	}
	// Every remaining population has a remaining predecessor, so walking backwards must come round.
	before := make([]int, len(next))
	for i, list := range next {
		for _, j := range list {
			if incoming[i] > 0 {
				before[j] = i
			}
		}
	}
	seen := map[int]int{}
	var walk []int
	for seen[at] == 0 {
		walk = append(walk, at)
		seen[at] = len(walk)
		at = before[at]
	}
	walk = append(walk[seen[at]-1:], at)
	names := make([]string, len(walk))
	for k, i := range walk {
		names[len(walk)-1-k] = n.Populations[i].Name
	}
	path := "projections"
	for i, p := range n.Projections {
		if p.zeroDelay() && p.From.Population == n.Populations[walk[1]] && p.To.Population == n.Populations[walk[0]] {
			path = p.path(i) + ".delay"
			break
		}
	}
	return &Problem{path, "a cycle of projections without delay has no order: " + strings.Join(names, " -> ") + "; give one of them a delay of at least one tick"}
}
