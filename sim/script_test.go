package sim_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim"
)

// The files testdata/sim/*.txt are interaction scripts: commands, a line of dashes and what the engine
// did, event by event. They are the manual of the scheduler. After a change of the engine
//
//	go test ./sim -run TestScripts -update
//
// writes them anew, and the change shows as a diff.
var update = flag.Bool("update", false, "write the output of the interaction scripts anew")

// TestScripts runs every script. Beside the trace, which is that of the hosting and the number of
// workers that the script asks for, it checks that all others give the same spikes.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("../testdata/sim/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			blocks := parseScript(string(data))
			s := newScript(sim.Options{Workers: 1})
			for i := range blocks {
				blocks[i].have = s.block(t, blocks[i].commands)
			}
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(printScript(blocks)), 0o666))
				return
			}
			for _, b := range blocks {
				require.Equal(t, b.want, b.have, "after %q", b.commands)
			}
			s.requireSameSpikes(t, blocks)
		})
	}
}

// scriptBlock is a piece of a script: lines of commands and comments, and the output.
type scriptBlock struct {
	commands   []string
	want, have string
}

const dashes = "----"

// parseScript cuts a script into blocks: output ends at an empty line.
func parseScript(text string) []scriptBlock {
	var blocks []scriptBlock
	b, output := scriptBlock{}, false
	for line := range strings.Lines(text) {
		switch line = strings.TrimRight(line, " \r\n"); {
		case output && line == "":
			blocks, b, output = append(blocks, b), scriptBlock{}, false
		case output:
			b.want += line + "\n"
		case line == dashes:
			output = true
		default:
			b.commands = append(b.commands, line)
		}
	}
	if output || len(b.commands) > 0 {
		blocks = append(blocks, b)
	}
	return blocks
}

func printScript(blocks []scriptBlock) string {
	var parts []string
	for _, b := range blocks {
		parts = append(parts, strings.Join(b.commands, "\n")+"\n"+dashes+"\n"+b.have)
	}
	return strings.Join(parts, "\n")
}

// script is a network that a script has described and, from its first run on, the simulator.
type script struct {
	net     *sim.Network
	options sim.Options
	forced  bool // the options stay as they are, whatever the script says
	program *sim.Program
	sim     *sim.Simulator
	trace   *sim.EventTrace
	out     strings.Builder
}

func newScript(o sim.Options) *script {
	return &script{net: sim.NewNetwork("script", sim.StepGrid()), options: o}
}

// block runs the commands of a block and returns their output.
func (s *script) block(t *testing.T, commands []string) string {
	s.out.Reset()
	for _, line := range commands {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		run, known := scriptCommands[words[0]]
		require.True(t, known, "unknown command: %s", line)
		if err := s.try(func() error { return run(s, arguments(words[1:])) }); err != nil {
			fmt.Fprintf(&s.out, "error: %v\n", err)
		}
	}
	return s.out.String()
}

// try turns the panic of a wrong argument into an error; scripts are written by hand.
func (s *script) try(run func() error) (err error) {
	defer func() {
		if r, ok := recover().(badArgument); ok {
			err = r
		}
	}()
	return run()
}

// start compiles the network when it is run for the first time.
func (s *script) start() error {
	if s.sim != nil {
		return nil
	}
	for _, p := range s.net.Populations {
		s.net.RecordSpikes(p)
	}
	p, err := sim.Compile(s.net, s.options)
	if err != nil {
		return err
	}
	s.program = p
	s.use(p.Start())
	return nil
}

func (s *script) use(simulator *sim.Simulator) {
	s.sim = simulator
	s.trace = simulator.Trace()
}

// requireSameSpikes runs the script in both hostings with 1, 2 and 3 workers.
func (s *script) requireSameSpikes(t *testing.T, blocks []scriptBlock) {
	if s.sim == nil {
		return // the script shows an error of the description
	}
	for _, host := range []sim.Hosting{sim.ClockedHosting, sim.LazyHosting} {
		if host == sim.ClockedHosting && s.sim.Tick() > longRun {
			continue // it would take an update for every one of a billion ticks
		}
		for workers := 1; workers <= 3; workers++ {
			other := newScript(sim.Options{Host: host, Workers: workers})
			other.forced = true
			for _, b := range blocks {
				other.block(t, b.commands)
			}
			for i, train := range s.sim.Spikes() {
				require.NoError(t, compareSpikes(other.sim.Spikes()[i], train), "%v, %d workers", host, workers)
			}
		}
	}
}

// longRun is the number of ticks from which a script is not run in clocked hosting.
const longRun = 1_000_000

// run runs for some ticks and writes down the events: all, only those in which neurons fire, or only
// how many there were.
func (s *script) run(ticks int64, show string) error {
	if err := s.start(); err != nil {
		return err
	}
	if err := s.sim.RunTicks(context.Background(), ticks); err != nil {
		return err
	}
	lines := s.trace.Take()
	n := len(lines)
	switch show {
	case "spikes":
		lines = slices.DeleteFunc(lines, func(l string) bool { return !strings.Contains(l, "spikes") })
	case "count":
		lines = nil
	}
	for _, l := range lines {
		fmt.Fprintln(&s.out, l)
	}
	fmt.Fprintf(&s.out, "at tick %d after %d events\n", s.sim.Tick(), n)
	return nil
}
