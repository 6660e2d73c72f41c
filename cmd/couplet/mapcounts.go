package main

import (
	"fmt"

	"couplet/hwmodel"
	"couplet/hwmodel/manycore"
	"couplet/sim"
	"couplet/sim/result"
)

// mappedRun is a run of a network that stands on the cores of a chip: what couplet map shows, and what couplet
// energy prices core by core.
type mappedRun struct {
	*mappedNetwork
	spikes  manycore.Spikes
	traffic *manycore.Traffic
}

// mapRun puts the network of a run on the cores of a chip, a chip of the library or the file of one, and follows its
// recorded spikes. mapping is the file of a mapping; with "" the network is placed automatically. networkFile is
// where the network was read from, for messages; it may be "".
func mapRun(chip, mapping string, net *sim.Network, networkFile string, run *result.Run) (*mappedRun, error) {
	m, err := mapNetwork(chip, mapping, net, networkFile, run.Seed, manycore.MapOptions{})
	if err != nil {
		return nil, err
	}
	return m.follow(run)
}

// follow follows the recorded spikes of a run of the network.
func (m *mappedNetwork) follow(run *result.Run) (*mappedRun, error) {
	if err := sameNetwork(m.net, run); err != nil {
		return nil, err
	}
	r := &mappedRun{mappedNetwork: m, spikes: manycore.SpikesOf(run.Activity.Ticks, run.Spikes)}
	var err error
	r.traffic, err = m.chip.Traffic(m.description, m.placement, &r.spikes)
	return r, mapFault(err)
}

// located puts counts of the run, from hwmodel.FromActivity, where they happened: chip, core, population, projection,
// operation. Messages, hops and barriers are added to them.
func (r *mappedRun) located(counts hwmodel.Counts) (hwmodel.Counts, error) {
	return manycore.Located(counts, r.net, r.description, r.placement, r.traffic)
}

// sameNetwork tells whether a result is one of a network.
func sameNetwork(net *sim.Network, run *result.Run) error {
	have, ran := result.OutlineOf(net), &run.Outline
	if len(have.Populations) != len(ran.Populations) || len(have.Projections) != len(ran.Projections) {
		return fmt.Errorf("the result is not one of network %s: it has %d populations and %d projections, the network has %d and %d",
			net.Name, len(ran.Populations), len(ran.Projections), len(have.Populations), len(have.Projections))
	}
	for i, p := range have.Populations {
		if q := ran.Populations[i]; p.Name != q.Name || p.Size != q.Size || p.Model != q.Model {
			return fmt.Errorf("the result is not one of network %s: population %d is %s (%s, %d neurons), in the network it is %s (%s, %d neurons)",
				net.Name, i, q.Name, q.Model, q.Size, p.Name, p.Model, p.Size)
		}
	}
	for i, p := range have.Projections {
		if q := ran.Projections[i]; p != q {
			return fmt.Errorf("the result is not one of network %s: projection %d is %s, in the network it is %s",
				net.Name, i, projectionLine(q), projectionLine(p))
		}
	}
	return nil
}

func projectionLine(p result.Projection) string {
	return fmt.Sprintf("%s (%s[%d..%d] to %s[%d..%d], %s, %s)",
		p.Name, p.From.Population, p.From.Lo, p.From.Hi-1, p.To.Population, p.To.Lo, p.To.Hi-1, p.Rule, p.Synapse)
}
