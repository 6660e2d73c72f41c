package dataset

import (
	"fmt"
	"path"
	"slices"
)

// classFolders turns the layout root/class/sample into labels. It is fed with
// the slash-separated paths of samples and folders, in any order.
type classFolders struct {
	root    string          // the folder of the class folders
	samples map[string]int  // class folder: samples in it
	folders map[string]bool // every folder that was seen itself
}

func newClassFolders() *classFolders {
	return &classFolders{samples: map[string]int{}, folders: map[string]bool{}}
}

// add notes a sample and returns its class. All class folders must lie in one
// folder: a training and a test part would otherwise be mixed unnoticed.
func (c *classFolders) add(sample string) (class string, err error) {
	folder := path.Dir(sample)
	if folder == "." {
		return "", fmt.Errorf("%w: a sample outside a class folder; valid is class/%s", ErrMalformed, path.Base(sample))
	}
	root, class := path.Dir(folder), path.Base(folder)
	if len(c.samples) > 0 && root != c.root {
		return "", fmt.Errorf("%w: class folders lie in %q and in %q; valid are those of one part only", ErrMalformed, c.root, root)
	}
	c.root = root
	c.samples[class]++
	return class, nil
}

// addFolder notes a folder, which may be a class without samples.
func (c *classFolders) addFolder(folder string) { c.folders[folder] = true }

// resolve gives the class names in the order of the labels, and the label of
// each class: sorted by name, or in the order of names if these are given.
func (c *classFolders) resolve(names []string) (classes []string, label map[string]int, err error) {
	given := len(names) > 0
	if !given {
		for class := range c.samples {
			names = append(names, class)
		}
		for folder := range c.folders {
			if class := path.Base(folder); path.Dir(folder) == c.root && folder != "." && c.samples[class] == 0 {
				names = append(names, class)
			}
		}
		slices.Sort(names)
	}
	label = make(map[string]int, len(names))
	counts := make([]int, len(names))
	for k, name := range names {
		label[name], counts[k] = k, c.samples[name]
	}
	if len(label) != len(names) {
		return nil, nil, fmt.Errorf("%w: two classes have the same name (%q)", ErrMalformed, names)
	}
	if err := c.unknown(label); err != nil {
		return nil, nil, err
	}
	return names, label, everyClass(counts, names)
}

// unknown refuses class folders that are none of the given classes.
func (c *classFolders) unknown(label map[string]int) error {
	var strange []string
	for class := range c.samples {
		if _, ok := label[class]; !ok {
			strange = append(strange, class)
		}
	}
	if len(strange) == 0 {
		return nil
	}
	slices.Sort(strange)
	var valid []string
	for class := range label {
		valid = append(valid, class)
	}
	slices.Sort(valid)
	return fmt.Errorf("%w: folder %q is none of the classes %q", ErrLabel, strange[0], valid)
}
