package remora

// List is a list that the library gives page by page. With Go 1.23 or later:
//
//	events := state.Events(0)
//	for event := range events.All() { ... }
//	if err := events.Err(); err != nil { ... }
//
// A List is for one goroutine at a time.
type List[Item any] struct {
	read   func(cursor *uint64, most uint32) ([]Item, error)
	cursor uint64
	err    error
}

// listOf is a list whose pages read fills. Each item of a page begins as empty.
func listOf[Raw, Item any](
	library *Library, empty Raw, convert func(item *Raw) Item,
	read func(cursor *uint64, items *Raw, most uint32, count *uint32) int32,
) *List[Item] {
	return &List[Item]{read: func(cursor *uint64, most uint32) ([]Item, error) {
		page := make([]Raw, most)
		for place := range page {
			page[place] = empty
		}
		count := new(uint32)
		if code := read(cursor, &page[0], most, count); code != int32(OK) {
			return nil, library.failed(code, nil)
		}
		list := make([]Item, *count)
		for place := range list {
			list[place] = convert(&page[place])
		}
		return list, nil
	}}
}

// Page reads the next items, at most so many. An empty page is the end: what comes later is found by a later Page.
func (l *List[Item]) Page(most int) ([]Item, error) {
	if most <= 0 {
		return nil, nil
	}
	cursor := new(uint64)
	*cursor = l.cursor
	items, err := l.read(cursor, uint32(most))
	if err != nil {
		l.err = err
		return nil, err
	}
	l.cursor = *cursor
	return items, nil
}

// All goes through all items from where the list stands.
func (l *List[Item]) All() func(yield func(Item) bool) {
	return func(yield func(Item) bool) {
		const most = 64
		for {
			items, err := l.Page(most)
			if err != nil || len(items) == 0 {
				return
			}
			for _, item := range items {
				if !yield(item) {
					return
				}
			}
		}
	}
}

// Err is what ended the list before its end, nil otherwise.
func (l *List[Item]) Err() error { return l.err }

// Cursor is the place where the next page begins.
func (l *List[Item]) Cursor() uint64 { return l.cursor }

// From goes to a place that Cursor gave.
func (l *List[Item]) From(cursor uint64) *List[Item] {
	l.cursor = cursor
	return l
}
