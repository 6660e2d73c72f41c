package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"couplet/learning/runfile"
)

func newValidateCommand() *cobra.Command {
	f := &networkFlags{}
	c := &cobra.Command{
		Use:               "validate FILE.yaml...",
		Short:             "Check network files and run files of trainings, and say everything that is wrong with them",
		Args:              someArguments("network files", "examples/*.yaml"),
		ValidArgsFunction: completeNetworks,
		RunE: func(c *cobra.Command, args []string) error {
			var bad []error
			for _, path := range args {
				if isRunFile(path) {
					run, err := runfile.Load(path, f.set...)
					if err != nil {
						bad = append(bad, errors.New(message(err)))
						continue
					}
					fmt.Fprintf(c.OutOrStdout(), "%s: training %q is valid: rule %s, data set %s, %d epochs\n",
						path, run.Name, run.Rule.Name(), run.Data.Set, run.Epochs)
					continue
				}
				net, _, err := f.load(path)
				if err != nil {
					bad = append(bad, errors.New(message(err)))
					continue
				}
				fmt.Fprintf(c.OutOrStdout(), "%s: network %q is valid: %d populations, %d projections, %d stimuli, %d recorders\n",
					path, net.Name, len(net.Populations), len(net.Projections), len(net.Stimuli), len(net.Recorders))
			}
			if len(bad) == 0 {
				return nil
			}
			return invalidFiles{errors.Join(bad...)}
		},
	}
	f.add(c)
	return c
}

// invalidFiles are the messages about several files, complete as they are.
type invalidFiles struct{ error }
