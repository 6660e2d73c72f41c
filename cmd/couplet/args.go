package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// usageError says what is wrong with a command line and where its help is.
func usageError(c *cobra.Command, format string, args ...any) error {
	return fmt.Errorf("%s; see %s --help", fmt.Sprintf(format, args...), c.CommandPath())
}

// noArguments refuses arguments.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError(c, "%s takes no arguments (%s)", c.Name(), args[0])
	}
	return nil
}

// oneArgument asks for exactly one argument: what it is, and an example.
func oneArgument(what, example string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usageError(c, "%s needs %s, as in: %s %s", c.Name(), what, c.CommandPath(), example)
		case len(args) > 1:
			return usageError(c, "%s takes one argument, not %d (%s)", c.Name(), len(args), args[1])
		}
		return nil
	}
}

// someArguments asks for at least one argument.
func someArguments(what, example string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usageError(c, "%s needs %s, as in: %s %s", c.Name(), what, c.CommandPath(), example)
		}
		return nil
	}
}

// Files of these kinds are what the shell completes to.
func completeNetworks(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
}

func completeDirectories(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}
