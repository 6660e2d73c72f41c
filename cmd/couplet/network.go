package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"couplet/sim"
	"couplet/sim/netfile"
)

// networkFlags are the flags of every command that reads a network file.
type networkFlags struct {
	flags   *pflag.FlagSet
	set     []string
	data    string
	seed    uint64
	workers int
	host    string
	memory  string

	played []netfile.Played // recordings of the network that was loaded last
}

func (f *networkFlags) add(c *cobra.Command) {
	fs := c.Flags()
	f.flags = fs
	fs.StringArrayVar(&f.set, "set", nil, "override a value of the file, as in stimuli.drive.rate='10 kHz'; may be repeated")
	fs.StringVar(&f.data, "data", "", "directory of recordings that are not beside the network file (default $COUPLET_DATA)")
	fs.Uint64Var(&f.seed, "seed", 0, "seed of all random numbers (default: the file's)")
	fs.IntVar(&f.workers, "workers", 0, "number of workers; the spikes do not depend on it (default: by size of network and machine)")
	fs.StringVar(&f.host, "host", "auto", "how populations are updated: auto, clocked or lazy; the spikes do not depend on it")
	fs.StringVar(&f.memory, "memory", "", "refuse networks that need more memory, as in 8GiB (default: what the machine has)")
	_ = c.RegisterFlagCompletionFunc("host", cobra.FixedCompletions([]string{"auto", "clocked", "lazy"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.MarkFlagDirname("data")
}

// load reads the network file and the options of its compilation. The network has the seed of the
// command line, so that it describes the run in full.
func (f *networkFlags) load(path string) (*sim.Network, sim.Options, error) {
	o, err := f.options()
	if err != nil {
		return nil, o, err
	}
	if err := refuseRunFile(path); err != nil {
		return nil, o, err
	}
	f.played = nil
	net, err := netfile.Load(path, netfile.Options{
		DataDir: f.dataDir(), Set: f.set, Played: func(p netfile.Played) { f.played = append(f.played, p) },
	})
	if err != nil {
		return nil, o, err
	}
	if f.flags.Changed("seed") {
		net.Seed = f.seed
	}
	if net.Name == "" {
		net.Name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	return net, o, nil
}

// options reads the options of the compilation.
func (f *networkFlags) options() (o sim.Options, err error) {
	if f.workers < 0 {
		return o, fmt.Errorf("--workers %d: must be at least 0", f.workers)
	}
	o.Workers = f.workers
	if o.Host, err = hosting(f.host); err != nil {
		return o, err
	}
	o.MemoryLimit, err = parseBytes(f.memory)
	return o, err
}

// directoryName makes a network's name the name of a directory, on every system.
func directoryName(name string) string {
	safe := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune("/\\:*?\"<>|", r) {
			return '_'
		}
		return r
	}, name)
	return cmp.Or(strings.Trim(safe, ". "), "network")
}

// dataDir is where recordings lie that are not beside the network file.
func (f *networkFlags) dataDir() string {
	if f.data != "" {
		return f.data
	}
	return os.Getenv("COUPLET_DATA")
}

// hosting reads the word of --host.
func hosting(word string) (sim.Hosting, error) {
	for _, h := range []sim.Hosting{sim.Auto, sim.ClockedHosting, sim.LazyHosting} {
		if word == h.String() {
			return h, nil
		}
	}
	return 0, fmt.Errorf("--host %q: must be auto, clocked or lazy", word)
}

// byteUnits are the units of memory sizes, with their powers of two.
var byteUnits = []struct {
	name  string
	shift uint
}{{"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"B", 0}, {"", 0}}

// parseBytes reads a memory size such as 512MiB or 8 GiB; an empty word is 0.
func parseBytes(word string) (uint64, error) {
	if word == "" {
		return 0, nil
	}
	for _, u := range byteUnits {
		digits, ok := strings.CutSuffix(word, u.name)
		if !ok {
			continue
		}
		x, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
		if err == nil && x > 0 && x < 1<<20 {
			return uint64(x * float64(uint64(1)<<u.shift)), nil
		}
		break
	}
	return 0, fmt.Errorf("--memory %q: must be a size in B, KiB, MiB, GiB or TiB, such as 8GiB", word)
}
