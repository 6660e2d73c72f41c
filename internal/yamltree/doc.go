// Package yamltree turns YAML text into a tree in which every node knows its line and column, and
// helps a reader to walk it and to report everything that is wrong in one go:
//
//	tree, err := yamltree.Parse("net.yaml", data, yamltree.Limits{})
//	if err != nil { return err }          // not YAML, or out of bounds
//	root := tree.Root()
//	root.OnlyKeys("size", "rate")         // reports other keys, with the nearest valid one
//	if c, ok := root.Field("size"); ok {
//		size, ok = c.Integer(1, 1000)     // reports what is wrong, and what would be right
//	}
//	return tree.Err()                     // nil, or all reports in order of position
//
// A message reads
//
//	net.yaml:3:7: size: "many" is not a whole number; valid: a whole number from 1 to 1000
//
// that is file, line and column (both from 1, columns in characters), the path of the field, what
// is wrong and, after "valid:", what would be right.
//
// # What is accepted
//
// One YAML document in UTF-8. Anchors, aliases and merge keys ("<<") work; tags do not, as every
// field already knows its type. A key may appear once in a mapping. Size, depth and the number of
// nodes, aliases counted as often as they are used, are bounded by [Limits], so that neither a
// large nor a malicious file can exhaust memory.
//
// Scalars are kept as text: the tree does not guess types, so that "no", "1e3" and "012" mean
// whatever the field that holds them says.
//
// This is the only package that imports a YAML library.
package yamltree
