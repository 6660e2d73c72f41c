package netfile

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"couplet/internal/yamltree"

	"github.com/stretchr/testify/require"
)

// The schema in the manual's folder is the one that the code makes.
func TestSchemaFile(t *testing.T) {
	text, err := Schema()
	require.NoError(t, err)
	requireFile(t, "../../docs/network.schema.json", string(text))
}

// What the reader takes, the schema takes.
func TestSchemaAcceptsValidFiles(t *testing.T) {
	v := newSchemaChecker(t)
	for _, file := range validFiles(t) {
		require.Empty(t, v.check(load(t, file)), file)
	}
}

// The schema finds faults of form: keys, types and units. Faults of meaning are beyond it.
func TestSchemaRefusesFaultsOfForm(t *testing.T) {
	v := newSchemaChecker(t)
	files, err := filepath.Glob(invalidDir + "/*.yaml")
	require.NoError(t, err)
	var refused []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		tree, err := yamltree.Parse(file, data, yamltree.Limits{})
		if err != nil {
			continue
		}
		if v.check(jsonValue(tree.Root())) != "" {
			refused = append(refused, strings.TrimSuffix(filepath.Base(file), ".yaml"))
		}
	}
	require.Greater(t, len(refused), 75)
	for _, name := range []string{
		"not_a_mapping", "populations_missing", "populations_list", "top_unknown_keys", "tick_without_unit", "tick_voltage",
		"seed_negative", "run_unknown_unit", "population_without_model", "population_unknown_model", "population_unknown_key",
		"size_zero", "size_text", "size_with_unit", "shape_number", "param_unknown", "param_without_unit", "param_wrong_dimension",
		"param_unknown_unit", "param_not_finite", "param_switch", "distribution_unknown", "distribution_two", "distribution_normal",
		"init_unknown", "init_wrong_dimension", "host_unknown", "source_keys_of_another_kind", "source_times_flat",
		"events_format", "events_time_scale", "stimulus_unknown_model", "stimulus_missing_fields", "stimulus_key_of_another_model",
		"stimulus_rate_without_unit", "projections_mapping", "projection_missing_fields", "projection_unknown_rule",
		"projection_key_of_another_rule", "projection_unknown_key", "rule_indegree_missing", "rule_probability", "synapse_unknown",
		"synapse_unknown_parameter", "synapse_without_model", "synapse_parameter_values", "record_missing_what",
		"record_unknown_key", "record_mapping", "several_at_once", "array_unknown_key", "array_without_file", "array_file_not_a_text",
		"array_of_switches", "synapse_learned_limit",
	} {
		require.Contains(t, refused, name)
	}
}

func load(t testing.TB, file string) any {
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	tree, err := yamltree.Parse(file, data, yamltree.Limits{})
	require.NoError(t, err)
	return jsonValue(tree.Root())
}

var jsonNumber = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)

// jsonValue gives a tree the types that an editor sees: those of the core schema of YAML 1.2.
func jsonValue(c yamltree.Cursor) any {
	switch c.Kind() {
	case yamltree.Null:
		return nil
	case yamltree.Sequence:
		list := []any{}
		for _, item := range c.Items() {
			list = append(list, jsonValue(item))
		}
		return list
	case yamltree.Mapping:
		m := map[string]any{}
		for key, value := range c.Fields() {
			m[key] = jsonValue(value)
		}
		return m
	}
	switch text := c.Raw(); {
	case c.Plain() && (text == "true" || text == "false"):
		return text == "true"
	case c.Plain() && jsonNumber.MatchString(text):
		x, _ := strconv.ParseFloat(text, 64)
		return x
	default:
		return text
	}
}

// schemaChecker validates against the part of JSON Schema, draft 7, that Schema uses.
type schemaChecker struct {
	root        map[string]any
	expressions map[string]*regexp.Regexp
}

func newSchemaChecker(t testing.TB) *schemaChecker {
	text, err := Schema()
	require.NoError(t, err)
	v := &schemaChecker{expressions: map[string]*regexp.Regexp{}}
	require.NoError(t, json.Unmarshal(text, &v.root))
	return v
}

func (v *schemaChecker) check(value any) string { return v.against(v.root, value) }

// against returns why a value does not satisfy a schema, "" if it does. Unknown keywords are
// faults of the schema.
func (v *schemaChecker) against(s any, value any) string {
	if always, ok := s.(bool); ok {
		if always {
			return ""
		}
		return "not allowed"
	}
	for keyword, argument := range s.(map[string]any) {
		if why := v.keyword(s.(map[string]any), keyword, argument, value); why != "" {
			return fmt.Sprintf("%s: %s", keyword, why)
		}
	}
	return ""
}

func (v *schemaChecker) keyword(s map[string]any, keyword string, argument, value any) string {
	object, isObject := value.(map[string]any)
	array, isArray := value.([]any)
	text, isText := value.(string)
	number, isNumber := value.(float64)
	switch keyword {
	case "$schema", "title", "description", "examples", "definitions", "then":
		return ""
	case "$ref":
		name := strings.TrimPrefix(argument.(string), "#/definitions/")
		return v.against(v.root["definitions"].(map[string]any)[name], value)
	case "type":
		return hasType(argument, value)
	case "const":
		return unless(reflect.DeepEqual(argument, value), "%v is not %v", value, argument)
	case "enum":
		return unless(slices.ContainsFunc(argument.([]any), func(x any) bool { return reflect.DeepEqual(x, value) }), "%v is not in %v", value, argument)
	case "pattern":
		return unless(!isText || v.expression(argument.(string)).MatchString(text), "%q does not match", text)
	case "minimum":
		return unless(!isNumber || number >= argument.(float64), "%v is too small", number)
	case "maximum":
		return unless(!isNumber || number <= argument.(float64), "%v is too large", number)
	case "minItems":
		return unless(!isArray || float64(len(array)) >= argument.(float64), "too few")
	case "maxItems":
		return unless(!isArray || float64(len(array)) <= argument.(float64), "too many")
	case "items":
		for _, x := range array {
			if why := v.against(argument, x); why != "" {
				return why
			}
		}
	case "required":
		for _, key := range argument.([]any) {
			if _, given := object[key.(string)]; isObject && !given {
				return "no " + key.(string)
			}
		}
	case "properties":
		for key, property := range argument.(map[string]any) {
			if x, given := object[key]; given {
				if why := v.against(property, x); why != "" {
					return key + ": " + why
				}
			}
		}
	case "additionalProperties":
		known, _ := s["properties"].(map[string]any)
		for key, x := range object {
			if _, ok := known[key]; !ok {
				if why := v.against(argument, x); why != "" {
					return key + ": " + why
				}
			}
		}
	case "propertyNames":
		for key := range object {
			if why := v.against(argument, key); why != "" {
				return why
			}
		}
	case "allOf":
		for _, x := range argument.([]any) {
			if why := v.against(x, value); why != "" {
				return why
			}
		}
	case "anyOf":
		why := ""
		for _, x := range argument.([]any) {
			if why = v.against(x, value); why == "" {
				return ""
			}
		}
		return why
	case "not":
		return unless(v.against(argument, value) != "", "the excluded holds")
	case "if":
		if v.against(argument, value) == "" {
			return v.against(s["then"], value)
		}
	default:
		return "unknown keyword"
	}
	return ""
}

func unless(fine bool, format string, args ...any) string {
	if fine {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

func (v *schemaChecker) expression(pattern string) *regexp.Regexp {
	if v.expressions[pattern] == nil {
		v.expressions[pattern] = regexp.MustCompile(pattern)
	}
	return v.expressions[pattern]
}

func hasType(argument, value any) string {
	names, many := argument.([]any)
	if !many {
		names = []any{argument}
	}
	is := map[string]bool{}
	switch x := value.(type) {
	case nil:
		is["null"] = true
	case bool:
		is["boolean"] = true
	case string:
		is["string"] = utf8.ValidString(x)
	case float64:
		is["number"], is["integer"] = true, x == math.Trunc(x)
	case []any:
		is["array"] = true
	case map[string]any:
		is["object"] = true
	}
	for _, name := range names {
		if is[name.(string)] {
			return ""
		}
	}
	return fmt.Sprintf("%T is not %v", value, argument)
}
