package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"couplet/sim"
	"couplet/sim/netfile"
)

// networkFlags are the flags of every command that reads a network file.
type networkFlags struct {
	set     []string
	data    string
	seed    uint64
	workers int
	host    string
	memory  string
}

func (f *networkFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.StringArrayVar(&f.set, "set", nil, "override a value of the file, as in stimuli.drive.rate='10 kHz' (may be repeated)")
	fs.StringVar(&f.data, "data", os.Getenv("COUPLET_DATA"), "directory of recordings that are not beside the network file (default $COUPLET_DATA)")
	fs.Uint64Var(&f.seed, "seed", 0, "seed of all random numbers (default: the file's)")
	fs.IntVar(&f.workers, "workers", 0, "number of workers; the spikes do not depend on it (default: by size of network and machine)")
	fs.StringVar(&f.host, "host", "auto", "how populations are updated: auto, clocked or lazy; the spikes do not depend on it")
	fs.StringVar(&f.memory, "memory", "", "refuse networks that need more memory, as in 8GiB (default: what the machine has)")
}

// load reads the network file and the options of its compilation.
func (f *networkFlags) load(path string) (*sim.Network, sim.Options, error) {
	o := sim.Options{Seed: f.seed, Workers: f.workers}
	if f.workers < 0 {
		return nil, o, fmt.Errorf("--workers %d: must be at least 0", f.workers)
	}
	var err error
	if o.Host, err = hosting(f.host); err != nil {
		return nil, o, err
	}
	if o.MemoryLimit, err = parseBytes(f.memory); err != nil {
		return nil, o, err
	}
	net, err := netfile.Load(path, netfile.Options{DataDir: f.data, Set: f.set})
	return net, o, err
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

// parseBytes reads a memory size such as 512MiB or 8GiB; an empty word is 0.
func parseBytes(word string) (uint64, error) {
	if word == "" {
		return 0, nil
	}
	var x float64
	var unit string
	if n, _ := fmt.Sscanf(word, "%g%s", &x, &unit); n < 1 || x <= 0 {
		return 0, fmt.Errorf("--memory %q: must be a size such as 8GiB", word)
	}
	for name, shift := range map[string]uint{"": 0, "B": 0, "KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40} {
		if unit == name && x < 1<<20 {
			return uint64(x * float64(uint64(1)<<shift)), nil
		}
	}
	return 0, fmt.Errorf("--memory %q: unknown unit %q; use B, KiB, MiB, GiB or TiB", word, unit)
}
