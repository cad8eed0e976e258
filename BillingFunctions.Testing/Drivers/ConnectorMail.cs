using System.Globalization;
using System.Text.Json;
using System.Web;
using System.Xml.Linq;
using Azure.Core;
using BillingFunctions.Connectors;
using BillingFunctions.Connectors.Outbox;

namespace BillingFunctions.Testing.Drivers;

/// <summary>The messages that wait in the queues of connectors, by the clock of a test: storage would count by its own.</summary>
internal sealed class ConnectorMail(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<ConnectorMessage> _waiting = [];

    /// <summary>What waits, the next first.</summary>
    public IReadOnlyList<ConnectorMessage> Waiting
    {
        get
        {
            lock (_lock)
            {
                return [.. _waiting.OrderBy(message => message.At)];
            }
        }
    }

    /// <summary>Keeps a message that storage has taken.</summary>
    public Task ReceiveAsync(HttpMessage message)
    {
        var (uri, prefix) = (message.Request.Uri.ToUri(), ConnectorSet.QueueNameOf(""));
        var queue = uri.Segments[^2].TrimEnd('/');
        if (message.Request.Method == RequestMethod.Post && uri.AbsolutePath.EndsWith("/messages", StringComparison.Ordinal) && queue.StartsWith(prefix, StringComparison.Ordinal))
        {
            var hidden = HttpUtility.ParseQueryString(uri.Query)["visibilitytimeout"] is { } seconds ? int.Parse(seconds, CultureInfo.InvariantCulture) : 0;
            Add(new ConnectorMessage(queue[prefix.Length..], Read(message.Request.Content!), time.GetUtcNow() + TimeSpan.FromSeconds(hidden)));
        }

        return Task.CompletedTask;
    }

    /// <summary>Takes those that are due.</summary>
    public IReadOnlyList<ConnectorMessage> Take()
    {
        lock (_lock)
        {
            var due = _waiting.Where(message => message.At <= time.GetUtcNow()).ToList();
            _waiting.RemoveAll(due.Contains);
            return due;
        }
    }

    /// <summary>Loses all of them.</summary>
    public void Lose()
    {
        lock (_lock)
        {
            _waiting.Clear();
        }
    }

    private static ConnectorDue Read(RequestContent content)
    {
        using var body = new MemoryStream();
        content.WriteTo(body, CancellationToken.None);
        body.Position = 0;
        var text = XDocument.Load(body).Descendants("MessageText").Single().Value;
        return JsonSerializer.Deserialize<ConnectorDue>(Convert.FromBase64String(text), JsonSerializerOptions.Web)!;
    }

    private void Add(ConnectorMessage message)
    {
        lock (_lock)
        {
            _waiting.Add(message);
        }
    }
}

/// <summary>A message to a connector.</summary>
/// <param name="Connector">Its name.</param>
/// <param name="Due">The message.</param>
/// <param name="At">When it arrives.</param>
internal sealed record ConnectorMessage(string Connector, ConnectorDue Due, DateTimeOffset At);
