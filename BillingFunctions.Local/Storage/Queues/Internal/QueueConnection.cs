using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Queues;

namespace BillingFunctions.Local.Storage.Queues;

/// <summary>The pipeline to the queue service of one account.</summary>
internal sealed class QueueConnection(string accountName, HttpPipelinePolicy authentication, QueueClientOptions? options)
{
    private static readonly QueueClientOptions Defaults = new();

    private readonly string _version = (options ?? Defaults).VersionString;

    private readonly HttpPipeline _pipeline = HttpPipelineBuilder.Build(new HttpPipelineOptions(options ?? Defaults)
    {
        PerRetryPolicies = { authentication },
        RequestFailedDetailsParser = StorageErrorParser.Instance,
    });

    public string AccountName { get; } = accountName;

    public QueueMessageEncoding Encoding { get; } = (options ?? Defaults).MessageEncoding;

    public static QueueConnection From(StorageConnectionString parsed, QueueClientOptions? options) =>
        new(parsed.Key.AccountName, new SharedKeyPolicy(parsed.Key), options);

    public static QueueConnection From(StorageSharedKeyCredential credential, QueueClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return new QueueConnection(credential.AccountName, new SharedKeyPolicy(credential.Key), options);
    }

    public static QueueConnection From(Uri address, TokenCredential credential, QueueClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new QueueConnection(StorageAddress.AccountOf(address), AuthenticationPolicies.Bearer(credential), options);
    }

    public HttpMessage Message(RequestMethod method, string address)
    {
        var message = _pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(new Uri(address));
        message.Request.Headers.Add("x-ms-version", _version);
        return message;
    }

    /// <summary>Sends, and throws unless the service agreed.</summary>
    public async Task<Response> SendAsync(HttpMessage message, CancellationToken cancellationToken)
    {
        using (message)
        {
            await _pipeline.SendAsync(message, cancellationToken);
            return message.Response.IsError ? throw new RequestFailedException(message.Response) : message.Response;
        }
    }
}
