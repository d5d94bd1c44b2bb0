/**
 * Progressive enhancement only: the page is complete without it. Plain ES2017 without a template literal, so that
 * the text here is the text that runs; its hash is in the page's Content-Security-Policy.
 */
export const SCRIPT = `(function () {
  'use strict'
  var root = document.documentElement
  function make(tag, text, attributes) {
    var element = document.createElement(tag)
    element.textContent = text
    Object.keys(attributes || {}).forEach(function (name) { element.setAttribute(name, attributes[name]) })
    return element
  }
  function store(value) {
    try { if (value === undefined) return localStorage.getItem('assay-theme'); localStorage.setItem('assay-theme', value) } catch (e) { return null }
  }

  var bar = make('div', '', { class: 'bar', role: 'group', 'aria-label': 'Page tools' })
  var themes = ['auto', 'light', 'dark'].map(function (theme) {
    var button = make('button', theme.charAt(0).toUpperCase() + theme.slice(1), { type: 'button', 'data-theme-choice': theme, 'aria-label': 'Theme: ' + theme })
    button.addEventListener('click', function () { store(theme); paint(theme) })
    bar.appendChild(button)
    return button
  })
  function paint(theme) {
    if (theme === 'light' || theme === 'dark') root.setAttribute('data-theme', theme); else root.removeAttribute('data-theme')
    themes.forEach(function (button) { button.setAttribute('aria-pressed', String(button.getAttribute('data-theme-choice') === theme)) })
  }
  paint(store() || 'auto')

  var form = make('form', '', { class: 'tools', role: 'search' })
  var find = make('input', '', { type: 'search', placeholder: 'Finding id', 'aria-label': 'Go to a finding by its id', size: '18', spellcheck: 'false' })
  var said = make('span', '', { role: 'status', class: 'muted' })
  form.appendChild(find)
  form.appendChild(said)
  form.addEventListener('submit', function (event) {
    event.preventDefault()
    var id = find.value.trim().replace(/^#?(f-)?/, '')
    if (id === '') return
    if (document.getElementById('f-' + id)) { said.textContent = ''; location.hash = 'f-' + id; reveal() }
    else said.textContent = 'Not on this page: try “assay explain . ' + id.slice(0, 40) + '”'
  })
  bar.appendChild(form)
  document.querySelector('.top-strip').appendChild(bar)

  function reveal() {
    var id = decodeURIComponent(location.hash.slice(1))
    var target = id && document.getElementById(id)
    if (!target) return
    for (var node = target; node; node = node.parentElement) if (node.tagName === 'DETAILS') node.open = true
    target.scrollIntoView()
    if (!target.hasAttribute('tabindex')) target.setAttribute('tabindex', '-1')
    target.focus({ preventScroll: true })
  }
  addEventListener('hashchange', reveal)
  reveal()

  function copy(text) {
    if (navigator.clipboard && navigator.clipboard.writeText) return navigator.clipboard.writeText(text)
    return Promise.reject(new Error('no clipboard'))
  }
  document.querySelectorAll('a.id').forEach(function (link) {
    var button = make('button', 'copy link', { type: 'button', class: 'copy', 'aria-label': 'copy link to finding ' + link.textContent })
    button.addEventListener('click', function () {
      function told(text) { button.textContent = text; button.setAttribute('aria-label', text) }
      var address = location.href.split('#')[0] + link.getAttribute('href')
      copy(address).then(function () { told('copied') }, function () { location.hash = link.getAttribute('href'); told('link is in the address bar') })
    })
    link.insertAdjacentElement('afterend', button)
  })

  function value(row, column) {
    var cell = row.cells[column]
    if (!cell) return ''
    var number = cell.getAttribute('data-v')
    return number === null ? cell.textContent.trim().toLowerCase() : Number(number)
  }
  function compare(a, b) {
    if (typeof a === 'number' && typeof b === 'number') return a - b
    if (typeof a === 'number') return -1
    if (typeof b === 'number') return 1
    return a < b ? -1 : a > b ? 1 : 0
  }
  function sort(table, column) {
    var head = table.tHead.rows[0].cells[column]
    var numeric = head.classList.contains('n')
    var before = head.getAttribute('aria-sort')
    var down = before === null ? numeric : before === 'ascending'
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (cell) { cell.removeAttribute('aria-sort') })
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
    var body = table.tBodies[0]
    var rows = Array.prototype.map.call(body.rows, function (row, index) { return { row: row, key: value(row, column), index: index } })
    rows.sort(function (a, b) { return (down ? -1 : 1) * compare(a.key, b.key) || a.index - b.index })
    rows.forEach(function (each) { body.appendChild(each.row) })
  }
  function filterBox(table) {
    var rows = Array.prototype.slice.call(table.tBodies[0].rows)
    var box = make('div', '', { class: 'tools' })
    var input = make('input', '', { type: 'search', placeholder: 'Filter rows', 'aria-label': 'Filter rows: ' + table.caption.textContent })
    var status = make('span', '', { role: 'status', class: 'muted' })
    input.addEventListener('input', function () {
      var wanted = input.value.trim().toLowerCase()
      var shown = 0
      rows.forEach(function (row) { row.hidden = row.textContent.toLowerCase().indexOf(wanted) < 0; if (!row.hidden) shown++ })
      status.textContent = wanted === '' ? '' : shown + ' of ' + rows.length + ' rows'
    })
    box.appendChild(input)
    box.appendChild(status)
    table.parentElement.insertAdjacentElement('beforebegin', box)
  }
  document.querySelectorAll('table').forEach(function (table) {
    var count = table.tBodies[0].rows.length
    if (count > 1) Array.prototype.forEach.call(table.tHead.rows[0].cells, function (cell, column) {
      if (cell.textContent === '') return
      var button = make('button', cell.textContent, { type: 'button' })
      button.addEventListener('click', function () { sort(table, column) })
      cell.textContent = ''
      cell.appendChild(button)
    })
    if (count >= (table.caption.classList.contains('sr') ? 7 : 16)) filterBox(table)
  })

  var opened = []
  addEventListener('beforeprint', function () {
    opened = Array.prototype.filter.call(document.querySelectorAll('details:not([open])'), function (each) { return !/data|json-evidence|rule|more/.test(each.className) })
    opened.forEach(function (each) { each.open = true })
  })
  addEventListener('afterprint', function () { opened.forEach(function (each) { each.open = false }) })
})()
`
