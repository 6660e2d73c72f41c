package energyreport

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel"
)

var update = flag.Bool("update", false, "write the generated parts of the manual")

const manual = "../../docs/energy.md"

// termTable lists the terms with what one count of each is.
func termTable() string {
	text := "| term | special case of | follows the firing rates | one count is |\n| --- | --- | --- | --- |\n"
	for _, t := range hwmodel.Terms() {
		parent, driven := "", ""
		if t.Parent != "" {
			parent = "`" + string(t.Parent) + "`"
		}
		if t.Driven {
			driven = "yes"
		}
		text += "| `" + string(t.Term) + "` | " + parent + " | " + driven + " | " + t.Doc + " |\n"
	}
	return text
}

// gradeTable lists the grades from the strongest on.
func gradeTable() string {
	text := "| grade | the figure is |\n| --- | --- |\n"
	for g := hwmodel.Measured; g <= hwmodel.Average; g++ {
		text += "| `" + g.String() + "` | " + g.Meaning() + " |\n"
	}
	return text
}

// profileTable lists the shipped profiles.
func profileTable() string {
	text := "| profile | operating point | static power | grades | what is priced |\n| --- | --- | --- | --- | --- |\n"
	for _, name := range hwmodel.Chips() {
		p, err := hwmodel.Chip(name)
		if err != nil {
			return err.Error()
		}
		static := ""
		if len(p.Static) > 0 {
			static = "yes"
		}
		text += "| `" + p.Name + "` | " + p.Point.String() + " | " + static + " | " + strings.Join(profileGrades(p), ", ") + " | " + p.Title + " |\n"
	}
	return text
}

// profileGrades lists the grades of the figures of a profile, from the strongest on.
func profileGrades(p *hwmodel.Profile) []string {
	used := map[hwmodel.Grade]bool{}
	for _, u := range p.Prices {
		used[u.Grade] = true
	}
	for _, s := range p.Static {
		used[s.Grade] = true
	}
	if p.Access != nil {
		used[p.Access.Grade] = true
	}
	var words []string
	for g := hwmodel.Measured; g <= hwmodel.Average; g++ {
		if used[g] {
			words = append(words, g.String())
		}
	}
	return words
}

var manualTables = map[string]func() string{"terms": termTable, "grades": gradeTable, "profiles": profileTable}

var manualBlock = regexp.MustCompile(`(?s)<!-- table: (\w+) -->\n.*?<!-- end -->`)

// TestManual keeps the tables of the manual equal to what the program knows; -update writes them.
func TestManual(t *testing.T) {
	data, err := os.ReadFile(manual)
	require.NoError(t, err)
	seen := map[string]bool{}
	text := manualBlock.ReplaceAllStringFunc(string(data), func(block string) string {
		name := manualBlock.FindStringSubmatch(block)[1]
		table := manualTables[name]
		require.NotNil(t, table, name)
		seen[name] = true
		return "<!-- table: " + name + " -->\n" + table() + "<!-- end -->"
	})
	require.Len(t, seen, len(manualTables))
	if *update {
		require.NoError(t, os.WriteFile(manual, []byte(text), 0o666))
		return
	}
	require.Equal(t, text, string(data), "docs/energy.md is not up to date; run go test ./hwmodel/energyreport -run TestManual -update")
}
