package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func newValidateCommand() *cobra.Command {
	f := &networkFlags{}
	c := &cobra.Command{
		Use:   "validate NETWORK.yaml...",
		Short: "Check network files and say everything that is wrong with them",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var bad []error
			for _, path := range args {
				net, _, err := f.load(path)
				if err != nil {
					bad = append(bad, err)
					continue
				}
				fmt.Fprintf(c.OutOrStdout(), "%s: network %q is valid: %d populations, %d projections, %d stimuli, %d recorders\n",
					path, net.Name, len(net.Populations), len(net.Projections), len(net.Stimuli), len(net.Recorders))
			}
			return errors.Join(bad...)
		},
	}
	f.add(c)
	return c
}
