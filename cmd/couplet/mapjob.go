package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"couplet/hwmodel/manycore"
	"couplet/sim"
	"couplet/sim/result"
)

// mapJob places one network.
type mapJob struct {
	flags  *mapFlags
	screen *screen

	net    *sim.Network
	file   string      // of the network; "" for that of a model
	result *result.Run // nil unless spikes are replayed

	mapped *mappedNetwork
	run    *mappedRun // nil without a result
	chip   *replayed  // nil without a result, and with --timing none
}

// replayed is a run on a chip.
type replayed struct {
	updates string
	sync    float64
	steps   []manycore.Step
	totals  manycore.Totals
	cores   []manycore.CoreTotal
}

// load reads the network, and the result if there is one.
func (j *mapJob) load(ctx context.Context, args []string) error {
	f := j.flags
	if _, err := os.Lstat(f.write); f.write != "" && !f.force && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists; replace it with --force or choose another name with --write", f.write)
	}
	if f.result != "" {
		var err error
		if j.result, err = result.Load(f.result); err != nil {
			return err
		}
	}
	j.file = filepath.Join(f.result, configFile)
	if len(args) > 0 {
		j.file = args[0]
	}
	if len(args) > 0 && isModel(args[0]) {
		model := &job{screen: j.screen, source: args[0], flags: &runFlags{networkFlags: f.network, modelFlags: f.model}}
		if err := model.readModel(ctx); err != nil {
			return err
		}
		j.net, j.file = model.net, ""
		return nil
	}
	if err := refuseRunFile(j.file); err != nil {
		return err
	}
	f.network.host = sim.Auto.String()
	var err error
	j.net, _, err = f.network.load(j.file)
	return err
}

// place puts the network on the chip.
func (j *mapJob) place() error {
	f := j.flags
	seed := f.network.seed
	if seed == 0 && j.result != nil {
		seed = j.result.Seed
	}
	j.screen.status("%s: placing", j.net.Name)
	var err error
	j.mapped, err = mapNetwork(f.chip, f.mapping, j.net, j.file, seed, manycore.MapOptions{Order: orderOf(f.order), OwnCores: f.own})
	j.screen.clear()
	return err
}

// replay follows the spikes of the result, and runs them on the chip.
func (j *mapJob) replay(ctx context.Context) error {
	if j.result == nil {
		return nil
	}
	var err error
	if j.run, err = j.mapped.follow(j.result); err != nil || j.flags.timing == timingNone {
		return err
	}
	r := &replayed{updates: j.updates()}
	m, err := j.mapped.chip.Replay(j.mapped.description, j.mapped.placement, &j.run.spikes, manycore.ReplayOptions{Clocked: r.updates == updatesAll})
	if err != nil {
		return mapFault(err)
	}
	run, err := m.Run(ctx, j.run.spikes.Ticks)
	if err != nil {
		return runError{fmt.Errorf("stopped at step %d of %d; nothing was written", len(run.Steps), j.run.spikes.Ticks)}
	}
	r.sync, r.steps, r.totals, r.cores = m.SyncLatency(), run.Steps, run.Totals(), run.Cores
	j.chip = r
	return nil
}

// updates says which neurons a core updates in a step: with auto, all of them if the run updated those of every
// population on the chip in every tick.
func (j *mapJob) updates() string {
	if j.flags.updates != updatesAuto {
		return j.flags.updates
	}
	a := &j.result.Activity
	for i, p := range j.mapped.description.Populations {
		if !p.External && a.Populations[i].Updates < int64(p.Size)*a.Ticks {
			return updatesTouched
		}
	}
	return updatesAll
}

// write makes the files that were asked for.
func (j *mapJob) write() error {
	f := j.flags
	if f.write != "" {
		if err := writeTo(f.write, func(w io.Writer) error { return manycore.WriteMapping(w, j.mapped.placement) }); err != nil {
			return err
		}
		j.screen.remark("mapping in %s: edit it, and read it with --mapping %s", f.write, f.write)
	}
	if f.steps != "" {
		if err := writeTo(f.steps, j.chip.writeSteps); err != nil {
			return err
		}
	}
	if f.chart == "" {
		return nil
	}
	var traffic *manycore.Traffic
	if j.run != nil {
		traffic = j.run.traffic
	}
	return writeTo(f.chart, func(w io.Writer) error {
		return manycore.WritePicture(w, j.mapped.chip, j.mapped.placement, traffic)
	})
}

// writeSteps writes a row for every step.
func (r *replayed) writeSteps(w io.Writer) error {
	t := csv.NewWriter(w)
	if err := t.Write([]string{"step", "fired", "updated", "idle", "messages", "hops", "synaptic_events",
		"energy_synapse_j", "energy_dendrite_j", "energy_soma_j", "energy_hops_j", "energy_axon_in_j", "energy_axon_out_j", "energy_j",
		"time_simple_s", "time_detailed_s"}); err != nil {
		return err
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	for i := range r.steps {
		s := &r.steps[i]
		e := &s.Energy
		row := make([]string, 0, 16)
		for _, n := range []int64{s.T, s.Fired, s.Updated, s.Idle, s.Packets, s.Hops(), s.SynapseEvents} {
			row = append(row, strconv.FormatInt(n, 10))
		}
		for _, x := range []float64{e.Synapse, e.Dendrite, e.Soma, e.Hops, e.AxonIn, e.AxonOut, e.Total(), s.Simple, s.Detailed} {
			row = append(row, number(x))
		}
		if err := t.Write(row); err != nil {
			return err
		}
	}
	t.Flush()
	return t.Error()
}
