-- Asks for the paths of a file, one after the other, each thread from another place on.
local paths = {}
local at = 0
local threads = 0

function setup(thread)
  thread:set("offset", threads * 97)
  threads = threads + 1
end

function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  at = offset
  wrk.headers["Accept-Encoding"] = "gzip"
end

function request()
  at = at + 1
  return wrk.format("GET", paths[at % #paths + 1])
end
