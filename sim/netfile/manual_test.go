package netfile

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"couplet/neuron"

	"github.com/stretchr/testify/require"
)

const manualFile = "../../docs/network.md"

// manualTables are the generated parts of the manual, by the name in their first comment.
var manualTables = map[string]func() string{
	"units":         unitsTable,
	"distributions": distributionsTable,
	"array":         func() string { return fieldsTable(arrayFields) },
	"network":       func() string { return fieldsTable(networkFields) },
	"population":    func() string { return fieldsTable(populationFields) },
	"kinds":         func() string { return variantsText("Further fields of", populationVariants) },
	"models":        modelsText,
	"stimulus":      func() string { return fieldsTable(stimulusFields) },
	"drives":        func() string { return variantsText("Further fields of", stimulusVariants) },
	"projection":    func() string { return fieldsTable(projectionFields) },
	"rules":         rulesText,
	"synapses":      synapsesText,
	"record":        func() string { return fieldsTable(recordFields) },
	"recorders":     func() string { return variantsText("Further fields for", recordVariants) },
}

var manualBlock = regexp.MustCompile(`(?s)<!-- table: (\w+) -->\n.*?<!-- end -->`)

// TestManual keeps the tables of the manual equal to those that the reader goes through.
func TestManual(t *testing.T) {
	data, err := os.ReadFile(manualFile)
	require.NoError(t, err)
	seen := map[string]bool{}
	text := manualBlock.ReplaceAllStringFunc(string(data), func(block string) string {
		name := manualBlock.FindStringSubmatch(block)[1]
		require.Contains(t, manualTables, name)
		seen[name] = true
		return "<!-- table: " + name + " -->\n" + manualTables[name]() + "<!-- end -->"
	})
	require.Len(t, seen, len(manualTables), "every table has its place in the manual")
	requireFile(t, manualFile, text)
}

// The examples of the manual are files that can be read, each for itself or behind a network line.
func TestManualExamples(t *testing.T) {
	data, err := os.ReadFile(manualFile)
	require.NoError(t, err)
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(data), -1)
	require.GreaterOrEqual(t, len(examples), 6)
	v := newSchemaChecker(t)
	for i, e := range examples {
		path := fmt.Sprintf("%s/example%d.yaml", t.TempDir(), i)
		require.NoError(t, os.WriteFile(path, []byte(e[1]), 0o644))
		net, err := Load(path, Options{DataDir: "testdata/valid"})
		require.NoError(t, err, e[1])
		require.NotEmpty(t, net.Populations)
		require.Empty(t, v.check(load(t, path)), e[1])
	}
}

// row writes a line of a table.
func row(cells ...string) string {
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(c, "|", `\|`)
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

func head(cells ...string) string {
	return row(cells...) + "|" + strings.Repeat(" --- |", len(cells)) + "\n"
}

func code(s string) string { return "`" + s + "`" }

func unitsTable() string {
	text := head("quantity", "units", "inside couplet")
	for _, d := range dimensions() {
		var units []string
		for _, u := range d.units {
			units = append(units, code(u.symbol))
		}
		inside := d.units[0].symbol
		if d.units[0].exponent != 0 {
			inside = "per 1000 steps"
		}
		text += row(strings.TrimPrefix(d.name, "a "), strings.Join(units, ", "), inside)
	}
	return text + row("pure number", "none", "as it is")
}

func distributionsTable() string {
	text := head("distribution", "fields", "meaning")
	for _, d := range distributions {
		fields := "`[lowest, highest]`"
		if len(d.fields) > 0 {
			var list []string
			for _, f := range d.fields {
				item := code(f.name) + " " + f.doc
				if !f.required {
					item += " (optional)"
				}
				list = append(list, item)
			}
			fields = strings.Join(list, "; ")
		}
		text += row(code(d.name), fields, d.doc)
	}
	return text
}

func fieldsTable[T any](fields table[T]) string {
	text := head("field", "value", "meaning")
	for _, f := range fields {
		name := code(f.name)
		if f.required {
			name += " (required)"
		}
		text += row(name, f.form.valid, f.doc)
	}
	return text
}

func variantsText[T any](title string, variants []variant[T]) string {
	var parts []string
	for _, v := range variants {
		name := v.name
		if !strings.Contains(name, " ") {
			name = code(name)
		}
		part := fmt.Sprintf("%s %s (%s):\n", title, name, v.doc)
		if len(v.fields) > 0 {
			part += "\n" + fieldsTable(v.fields)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "\n")
}

func modelsText() string {
	var parts []string
	for _, m := range neuron.All() {
		info := m.Info()
		if info.Name == spikeKind {
			continue // which has fields of its own
		}
		part := fmt.Sprintf("#### %s\n\n%s.\n", code(info.Name), sentence(info.Doc))
		if parameters := neuronParameters(m); len(parameters) > 0 {
			part += "\n" + parametersTable(parameters)
		}
		if len(info.Variables) > 0 {
			part += "\n" + head("variable", "unit", "in `init`", "meaning")
			for _, v := range info.Variables {
				part += row(code(v.Name), unitText(v.Unit), yesNo(v.Init), v.Doc)
			}
		}
		part += "\n" + weightSentence(m)
		parts = append(parts, part)
	}
	return strings.Join(parts, "\n")
}

// weightSentence says in which unit a model takes weights.
func weightSentence(m neuron.Model) string {
	switch info := m.Info(); {
	case info.Source():
		return "A source: it takes no input.\n"
	case anyWeight(info):
		return "Weights do not matter; a pure number or any unit of a weight will do.\n"
	case len(weightDimension(m).units) == 0:
		return "Weights are pure numbers (charge).\n"
	default:
		d := weightDimension(m)
		return fmt.Sprintf("Weights are in %s (%s).\n", d.units[0].symbol, strings.TrimPrefix(d.name, "a "))
	}
}

func parametersTable(list []parameter) string {
	text := head("parameter", "default", "range", "meaning")
	for _, p := range list {
		byDefault, limits := p.defaultText(), p.limits.String()
		switch {
		case p.isSwitch:
			limits = "true or false"
		case p.ofWeight:
			byDefault += " (unit of the weight)"
		}
		text += row(code(p.name), byDefault, limits, p.doc)
	}
	return text
}

func rulesText() string {
	var parts []string
	for _, v := range ruleVariants {
		part := fmt.Sprintf("#### %s\n\n%s.\n", code(v.name), sentence(v.doc))
		if len(v.fields) > 0 {
			part += "\n" + fieldsTable(v.fields)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "\n")
}

func synapsesText() string {
	var parts []string
	for _, m := range synapseModels() {
		part := fmt.Sprintf("#### %s\n\n%s.\n", code(m.Name()), sentence(synapseDocs[m.Name()]))
		if parameters := synapseParameters(m); len(parameters) > 0 {
			part += "\n" + parametersTable(parameters)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "\n")
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func unitText(unit string) string {
	if unit == "" {
		return "none"
	}
	return unit
}
