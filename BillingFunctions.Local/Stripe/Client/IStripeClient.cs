namespace Stripe;

/// <summary>Sends requests to Stripe's API; services are built on it.</summary>
public interface IStripeClient
{
    string ApiBase { get; }

    string? ApiKey { get; }

    string? ClientId { get; }

    string ConnectBase { get; }

    string FilesBase { get; }

    string MeterEventsBase { get; }

    /// <summary>Sends one request and reads the answer as a <typeparamref name="T"/>.</summary>
    /// <exception cref="StripeException">Stripe answered with an error, or with something that is not a <typeparamref name="T"/>.</exception>
    Task<T> RequestAsync<T>(
        HttpMethod method, string path, BaseOptions? options, RequestOptions? requestOptions, CancellationToken cancellationToken = default)
        where T : IStripeEntity;

    /// <summary>Sends one request and gives the body of the answer unread.</summary>
    /// <exception cref="StripeException">Stripe answered with an error.</exception>
    Task<Stream> RequestStreamingAsync(
        HttpMethod method, string path, BaseOptions? options, RequestOptions? requestOptions, CancellationToken cancellationToken = default);
}
