package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"couplet/hwmodel"
	"couplet/hwmodel/energyreport"
	"couplet/hwmodel/estimate"
	"couplet/hwmodel/manycore"
	"couplet/hwmodel/opcount"
	"couplet/sim"
	"couplet/sim/netfile"
	"couplet/sim/result"
)

// energyJob prices one result.
type energyJob struct {
	flags  *energyFlags
	screen *screen
	dir    string

	result     *result.Run
	net        *sim.Network
	counts     hwmodel.Counts
	profile    *hwmodel.Profile
	bill       *hwmodel.Bill
	comparison *hwmodel.Comparison // nil unless asked for
	operations *estimate.Ops
	// conventional are the bills of the conventional network of the same graph. The first one is the chip's own, if it
	// can compute it, and that of --ann otherwise.
	conventional []energyreport.Conventional
	metrics      *estimate.Metrics
}

// load reads the result, and the network from its run.yaml.
func (j *energyJob) load() error {
	var err error
	if j.profile, err = hwmodel.FindProfile(j.flags.chip); err != nil {
		return err
	}
	if err := j.read(); err != nil {
		return err
	}
	if j.result.Partial {
		return fmt.Errorf("%s is the partial result of a run that was stopped; run on with: couplet run --resume %s", j.dir, j.dir)
	}
	path := filepath.Join(j.dir, configFile)
	network := &networkFlags{data: j.flags.data}
	if j.net, err = netfile.Load(path, netfile.Options{DataDir: network.dataDir()}); err != nil {
		return err
	}
	places, err := hwmodel.NetworkPlaces(j.net, path, j.result.Config)
	if err != nil {
		return err
	}
	j.counts, err = hwmodel.FromActivity(j.net, j.result.Activity, hwmodel.Origin{Places: places})
	if err != nil {
		return fmt.Errorf("%s: %s", j.dir, strings.TrimPrefix(err.Error(), "hwmodel: "))
	}
	if err := j.locate(path); err != nil {
		return err
	}
	run := estimate.Run{Network: j.net, Activity: j.result.Activity, Spikes: j.result.Spikes, Inferences: j.flags.inferences}
	if j.operations, err = estimate.Operations(run, opcount.Exact()); err != nil {
		return err
	}
	j.operations.MACs = j.flags.annMACs
	if j.metrics, err = estimate.NeuroBench(run); err != nil {
		j.screen.remark("no metrics of NeuroBench: %s", strings.TrimPrefix(err.Error(), "estimate: "))
	}
	return nil
}

// locate puts the counts on the cores of a chip, if that is asked for.
func (j *energyJob) locate(networkFile string) error {
	chip := j.flags.mapped
	if chip == "" {
		if j.flags.mapping == "" {
			return nil
		}
		if chip = j.profile.Limits; chip == "" {
			return fmt.Errorf("--mapping %s: profile %s names no chip with cores; name one with --map", j.flags.mapping, j.profile.Name)
		}
	}
	m, err := mapRun(chip, j.flags.mapping, j.net, networkFile, j.result)
	if err != nil {
		return err
	}
	j.counts, err = m.located(j.counts)
	return err
}

// read reads the result directory, and says what else a directory is that holds none.
func (j *energyJob) read() error {
	info, err := os.Stat(j.dir)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is a file; want a result directory of couplet run", j.dir)
	}
	if _, err := os.Stat(filepath.Join(j.dir, summaryFile)); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(j.dir, modelArchive)); err == nil {
			return fmt.Errorf("%s holds a trained model and no run; make one with: couplet run %s --sample 0", j.dir, j.dir)
		}
		return fmt.Errorf("%s holds no %s; want a result directory of couplet run", j.dir, summaryFile)
	}
	j.result, err = result.Load(j.dir)
	return err
}

// summaryFile is the file of a result that holds its counts.
const summaryFile = "summary.json"

// price makes the bills.
func (j *energyJob) price() error {
	var compared []*hwmodel.Profile
	for _, name := range j.flags.compare {
		p, err := hwmodel.FindProfile(name)
		if err != nil {
			return err
		}
		compared = append(compared, p)
	}
	var err error
	if j.bill, err = j.priceWith(j.profile); err != nil {
		return err
	}
	if len(compared) > 0 {
		j.comparison = &hwmodel.Comparison{}
	}
	for _, p := range compared {
		b, err := j.priceWith(p)
		if err != nil {
			return err
		}
		j.comparison.Bills = append(j.comparison.Bills, b)
	}
	return j.priceConventional()
}

// priceWith makes the bill of a chip.
func (j *energyJob) priceWith(p *hwmodel.Profile) (*hwmodel.Bill, error) {
	conditions, assumption, err := j.conditionsFor(p)
	if err != nil {
		return nil, err
	}
	counts := j.counts
	if assumption != "" {
		counts.Assumptions = append(counts.Assumptions[:len(counts.Assumptions):len(counts.Assumptions)], assumption)
	}
	return hwmodel.Price(counts, p, conditions)
}

// conditionsFor adds to the conditions of the command line what follows from the run: how long the chip was on,
// and how many chips its neurons need.
func (j *energyJob) conditionsFor(p *hwmodel.Profile) (c hwmodel.Conditions, assumption string, err error) {
	c = j.flags.conditions
	tick := j.flags.tick
	if tick.Sign() == 0 && !j.result.Outline.Steps {
		if tick, err = hwmodel.Seconds(j.result.Outline.TickMs / 1000); err != nil {
			return c, "", err
		}
	}
	c.Duration = tick.Times(j.result.Activity.Ticks)
	onCores := j.flags.mapped != "" || j.flags.mapping != "" // then the counts name the chips and cores
	if c.Chips > 0 || p.Limits == "" || len(p.Static) == 0 || c.Duration.Sign() == 0 || onCores {
		return c, "", nil
	}
	chip, err := manycore.Named(p.Limits)
	if err != nil {
		return c, "", err
	}
	if capacity := chipCapacity(chip); capacity > 0 {
		neurons := int64(0)
		for _, n := range j.net.Populations {
			if !n.Model.Info().Source() {
				neurons += int64(n.Size)
			}
		}
		c.Chips = int(max((neurons+capacity-1)/capacity, 1))
		assumption = fmt.Sprintf("chips that static power is billed for: %d, as %d neurons need at %d a chip; synapses and axons may need more",
			c.Chips, neurons, capacity)
	}
	return c, assumption, nil
}

// chipCapacity is how many neurons a chip holds; 0 if no source says it.
func chipCapacity(c *manycore.Chip) int64 {
	sum := int64(0)
	for core := range c.Cores {
		n, known := c.NeuronsPerCore(core)
		if !known {
			return 0
		}
		sum += n
	}
	return sum
}

// priceConventional prices the conventional network of the same graph: with the profiles of the bills as far as
// they have a price for multiply-accumulates, and with that of --ann.
func (j *energyJob) priceConventional() error {
	ann, err := hwmodel.FindProfile(j.flags.ann)
	if err != nil {
		return err
	}
	profiles := []*hwmodel.Profile{j.profile, ann}
	if j.comparison != nil {
		for _, b := range j.comparison.Bills {
			profiles = append(profiles, b.Profile)
		}
	}
	if j.conventional, err = energyreport.PriceConventional(j.operations, profiles, j.flags.inferences); err != nil {
		return err
	}
	for _, c := range j.conventional {
		if c.Profile.Name == ann.Name {
			return nil
		}
	}
	return fmt.Errorf("--ann %s: the profile has no price for multiply-accumulates; want one such as %s", j.flags.ann, defaultANN)
}

// print prints what was asked for.
func (j *energyJob) print(w io.Writer) error {
	if j.flags.json {
		return j.printJSON(w)
	}
	return j.printText(w)
}
