package main

import (
	"github.com/spf13/cobra"

	"couplet/sim/netfile"
)

func newSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of network files, for editors",
		Long: `Print the JSON Schema of network files, with which editors complete and check them. An editor with a
YAML language server takes it from a first line such as

  # yaml-language-server: $schema=couplet.schema.json`,
		Example: "  couplet schema > couplet.schema.json",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			schema, err := netfile.Schema()
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(schema)
			return err
		},
	}
}
