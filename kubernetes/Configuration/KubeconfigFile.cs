using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Onboarding.Kubernetes.Configuration;

/// <summary>Reads one kubeconfig, which is YAML or JSON.</summary>
internal static class KubeconfigFile
{
    private const int Limit = 1024 * 1024;
    private const int Depth = 64;

    public static JsonObject Read(string file)
    {
        try
        {
            if (new FileInfo(file).Length > Limit)
            {
                throw new KubeConfigException($"{file} is longer than 1 MiB: not a kubeconfig.");
            }

            using var text = new StreamReader(file);
            var parser = new Parser(text);
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                return [];
            }

            parser.Consume<DocumentStart>();
            return Value(parser, 0) switch
            {
                JsonObject json => json,
                null => [],
                _ => throw new KubeConfigException($"{file} isn't a kubeconfig: it holds no object."),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"Can't read the kubeconfig: {e.Message}", e);
        }
        catch (YamlException e)
        {
            throw new KubeConfigException($"{file} isn't valid YAML at line {e.Start.Line}, column {e.Start.Column}.");
        }
    }

    private static JsonNode? Value(IParser parser, int depth)
    {
        if (depth > Depth)
        {
            throw new YamlException(parser.Current!.Start, parser.Current.End, "nested too deep");
        }

        if (parser.TryConsume<MappingStart>(out _))
        {
            var map = new JsonObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                string key = parser.Consume<Scalar>().Value;
                map[key] = Value(parser, depth + 1);
            }

            return map;
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                list.Add(Value(parser, depth + 1));
            }

            return list;
        }

        Scalar scalar = parser.Consume<Scalar>();
        return scalar.Style == ScalarStyle.Plain
            ? scalar.Value switch { "" or "~" or "null" => null, "true" => true, "false" => false, _ => scalar.Value }
            : scalar.Value;
    }
}
