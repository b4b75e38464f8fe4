-- For wrk: asks for the paths of the file $PATHS in turn, as one browser that takes gzip, and ends with
-- one line of figures. There is no response(): looking at each answer would cost the client more than
-- the server; that each was kept is asked of the service afterwards.
-- Where $PAUSE says how many milliseconds, each connection waits between its answer and its next request:
-- as long as that on average, as people come (an exponential distribution).
local requests, at = {}, 0

if os.getenv("PAUSE") then
  local pause = tonumber(os.getenv("PAUSE"))
  function delay()
    return math.floor(-pause * math.log(1 - math.random()) + 0.5)
  end
end

function init()
  local headers = { ["Accept-Encoding"] = "gzip", ["User-Agent"] = os.getenv("AGENT") }
  for path in io.lines(os.getenv("PATHS")) do
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local e = summary.errors
  print(string.format(
    "figures %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout
  ))
end
