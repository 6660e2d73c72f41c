package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"couplet/internal/kernel"
	"couplet/sim"
	"couplet/sim/netfile"
	"couplet/sim/result"
)

// job is one run, from its network to its result directory.
type job struct {
	flags     *runFlags
	screen    *screen
	source    string // the network file
	out       string // the result directory
	replace   bool   // what is at out may be replaced
	statsMs   float64
	net       *sim.Network
	model     *shown // nil unless the network is that of a trained model
	options   sim.Options
	resumed   *checkpoint // nil for a run from the start
	program   *sim.Program
	simulator *sim.Simulator
	began     sim.Activity // counts when this process took over
	timing    result.Timing
}

// Phases of a run in timing.json, beside result.RunPhase.
const (
	buildPhase      = "build"
	checkpointPhase = "checkpoints"
)

func newJob(f *runFlags, stderr io.Writer) *job {
	return &job{
		flags: f, screen: newScreen(stderr, f.quiet), replace: f.force,
		timing: result.Timing{Started: time.Now().UTC().Truncate(time.Second), Machine: machine()},
	}
}

// machine says what the times of a run depend on.
func machine() string {
	return fmt.Sprintf("%s/%s, %d processors, %s kernels", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), kernel.Current())
}

// read reads the network: from its file, from the result directory that is resumed, or from a trained model.
func (j *job) read(ctx context.Context, args []string) error {
	f := j.flags
	j.out = f.out
	if f.resume != "" {
		var err error
		if j.resumed, err = openCheckpoint(f.resume); err != nil {
			return err
		}
		j.source = filepath.Join(f.resume, configFile)
		j.timing.Phases, j.statsMs = slices.Clone(j.resumed.phases), j.resumed.statsMs
		if j.out == "" || sameFile(j.out, f.resume) {
			j.out, j.replace = f.resume, true
		}
	} else {
		j.source = args[0]
	}
	var err error
	if f.resume == "" && isModel(j.source) {
		if j.options, err = f.options(); err != nil {
			return err
		}
		return j.readModel(ctx)
	}
	if f.duration != "" {
		f.set = append(f.set, "run="+f.duration)
	}
	j.net, j.options, err = f.load(j.source)
	return err
}

// place makes sure that the result can be written.
func (j *job) place() error {
	if err := j.readStatsFrom(); err != nil {
		return err
	}
	if j.out == "" {
		j.out = filepath.Join("results", directoryName(j.net.Name))
	}
	referTo(j.net, j.flags.played, j.out)
	if err := result.CheckTarget(j.out, j.replace); err != nil {
		if result.CheckTarget(j.out, true) == nil {
			return fmt.Errorf("%s holds an earlier result; replace it with --force or name another directory with --out", j.out)
		}
		return err
	}
	return nil
}

// readStatsFrom reads --stats-from on the grid of the network.
func (j *job) readStatsFrom() error {
	if j.flags.statsFrom == "" {
		return nil
	}
	ms, err := modelDuration(j.flags.statsFrom, j.net.Steps)
	if err != nil {
		return fmt.Errorf("--stats-from %w", err)
	}
	j.statsMs = ms
	return nil
}

// build compiles the network and makes the simulator, from the checkpoint if there is one.
func (j *job) build(ctx context.Context) error {
	if c := j.resumed; c != nil {
		j.options.Workers = c.workers
		if c.tick > j.ticks() {
			return fmt.Errorf("--run %s: the checkpoint stands at %s already", j.modelTime(j.ticks()), j.modelTime(c.tick))
		}
	}
	j.options.CountActive = true // on every machine: equal runs write equal files
	j.screen.remarkPlayed(j.source, j.flags.played)
	j.screen.status("%s: building", j.net.Name)
	err := j.phase(buildPhase, func() (err error) {
		if j.program, err = compile(ctx, j.source, j.net, j.options); err != nil {
			return err
		}
		if j.resumed == nil {
			j.simulator = j.program.Start()
		} else if j.simulator, err = j.program.Restore(bytes.NewReader(j.resumed.snapshot)); err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(j.flags.resume, result.CheckpointFile), err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	d := j.program.Describe()
	j.timing.Workers = d.Workers
	j.began = j.simulator.Activity()
	j.keepHosting(d)
	j.screen.remark("%s: %s", j.net.Name, sizeLine(d))
	return nil
}

// keepHosting writes a hosting that the command line asked for into the network, so that run.yaml tells
// it and a resumed run has it too.
func (j *job) keepHosting(d sim.Description) {
	if j.options.Host == sim.Auto {
		return
	}
	for i, p := range j.net.Populations {
		p.Host, _ = hosting(d.Populations[i].Hosting)
	}
}

var errStoppedBuilding = runError{errors.New("stopped while the network was built; nothing was written")}

// compile compiles a network, unless the context ends first. Compiling cannot be stopped half-way;
// what it allocates goes with the process, which ends next.
func compile(ctx context.Context, source string, net *sim.Network, o sim.Options) (*sim.Program, error) {
	if ctx.Err() != nil {
		return nil, errStoppedBuilding
	}
	type outcome struct {
		program *sim.Program
		err     error
	}
	done := make(chan outcome, 1)
	go func() {
		p, err := sim.Compile(net, o)
		done <- outcome{p, err}
	}()
	select {
	case got := <-done:
		if problems := (sim.Problems)(nil); errors.As(got.err, &problems) {
			return nil, fmt.Errorf("%s: %w", source, got.err)
		}
		return got.program, got.err
	case <-ctx.Done():
		return nil, errStoppedBuilding
	}
}

// phase measures a stretch of the work; stretches of the same name add up.
func (j *job) phase(name string, work func() error) error {
	start := time.Now()
	err := work()
	seconds := time.Since(start).Seconds()
	for i := range j.timing.Phases {
		if j.timing.Phases[i].Name == name {
			j.timing.Phases[i].Seconds += seconds
			return err
		}
	}
	j.timing.Phases = append(j.timing.Phases, result.Phase{Name: name, Seconds: seconds})
	return err
}

// ticks is the planned end of the run.
func (j *job) ticks() int64 { return int64(j.net.RunMs/j.net.TickMs + 0.5) }

// simulate runs to the planned end, or until the context ends. At every checkpoint it writes a partial
// result; one that cannot be written, on a full disk perhaps, is no reason to lose the run.
func (j *job) simulate(ctx context.Context) error {
	for {
		err := j.stretch(ctx)
		if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		j.screen.status("writing a checkpoint at %s", j.modelTime(j.simulator.Tick()))
		if err := j.phase(checkpointPhase, func() error { return j.write(true) }); err != nil {
			j.screen.remark("no checkpoint at %s, the run goes on: %v", j.modelTime(j.simulator.Tick()), err)
		}
	}
}

// stretch runs to the planned end, or until the next checkpoint is due.
func (j *job) stretch(ctx context.Context) error {
	if j.flags.checkpoint > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, j.flags.checkpoint)
		defer cancel()
	}
	bar := j.screen.newBar(j.ticks())
	j.simulator.OnProgress(func(tick int64) {
		if bar.due() {
			bar.set(tick, j.modelTime(tick)+" of "+j.modelTime(j.ticks()))
		}
	})
	defer bar.remove()
	return j.phase(result.RunPhase, func() error {
		return j.simulator.RunTicks(ctx, j.ticks()-j.simulator.Tick())
	})
}

// write makes the result directory; a partial one has a checkpoint.
func (j *job) write(partial bool) error {
	config, extra, err := j.config()
	if err != nil {
		return err
	}
	r := result.Run{
		Outline: result.OutlineOf(j.net), Config: config, Version: "couplet " + version(), Seed: j.net.Seed,
		PlannedMs: j.net.RunMs, Partial: partial, StatsFromMs: j.statsMs,
		Activity: j.simulator.Activity(), Spikes: j.simulator.Spikes(), Traces: j.simulator.Traces(), Weights: j.simulator.Weights(),
		Timing: j.timing, Extra: extra, Force: j.replace,
	}
	if partial {
		var snapshot bytes.Buffer
		if err := j.simulator.Snapshot(&snapshot); err != nil {
			return err
		}
		r.Extra[result.CheckpointFile] = snapshot.Bytes()
	} else {
		j.screen.status("writing %s", j.out)
	}
	if err := result.Write(j.out, r); err != nil {
		return err
	}
	j.replace = true // from now on it is this run's own
	return nil
}

// config is the network as it stands in run.yaml, and its long lists, to which run.yaml refers, as a
// further file of the result directory.
func (j *job) config() (text []byte, extra map[string][]byte, err error) {
	var config, archive bytes.Buffer
	arrays := netfile.Arrays{File: result.NetworkArraysFile}
	if err := netfile.WriteSplit(&config, j.net, &arrays); err != nil {
		return nil, nil, err
	}
	extra = map[string][]byte{}
	if !arrays.Empty() {
		if err := arrays.Write(&archive); err != nil {
			return nil, nil, err
		}
		extra[result.NetworkArraysFile] = archive.Bytes()
	}
	return config.Bytes(), extra, nil
}

// sameFile tells whether two paths lead to the same file or directory.
func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}
