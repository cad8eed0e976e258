using System.Text.Json;
using Azure.Storage.Queues;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Telemetry;

namespace BillingFunctions.Platform.Notices;

/// <summary>Something to be told, by a POST, to whoever has asked for it; a message of the queue <see cref="Queue"/>.</summary>
/// <param name="Id">The same for the same thing: by it a receiver knows a notice that comes twice.</param>
/// <param name="Url">Where it goes.</param>
/// <param name="Body">JSON.</param>
/// <param name="Attempts">How often it has been tried.</param>
public sealed record Notice(string Id, string Url, string Body, int Attempts = 0) : TracedMessage
{
    public const string Queue = "notices";

    /// <summary>A notice in the form of Standard Webhooks: <c>{ "type", "timestamp", "data" }</c>.</summary>
    /// <param name="id">The same for the same thing.</param>
    /// <param name="url">Where it goes.</param>
    /// <param name="type">What has happened, such as <c>export.completed</c>.</param>
    /// <param name="at">When it happened: the timestamp in the notice.</param>
    /// <param name="data">What it happened to, as the API shows it.</param>
    internal static Notice Create<T>(string id, string url, string type, DateTimeOffset at, T data) =>
        new(id, url, JsonSerializer.Serialize(new Content<T>(type, at, data), ApiJson.Options));

    /// <summary>Whether notices may go to an address: <c>https</c>, or <c>http</c> to this machine, without a user and a fragment.</summary>
    internal static bool IsUrl(string text) =>
        text.Length <= 2_000 && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && url.Fragment.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    private sealed record Content<T>(string Type, DateTimeOffset Timestamp, T Data);
}

/// <summary>The notices that are to be sent.</summary>
public sealed class NoticeQueue(QueueServiceClient queues)
{
    private readonly QueueClient _queue = queues.GetQueueClient(Notice.Queue);

    /// <summary>Has a notice sent. One too many does no harm: its receiver knows it by its id.</summary>
    public Task EnqueueAsync(Notice notice, CancellationToken cancellationToken, TimeSpan? delay = null) =>
        _queue.SendMessageAsync(JsonSerializer.Serialize(notice), delay, timeToLive: null, cancellationToken);
}
