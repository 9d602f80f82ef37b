namespace Onboarding.Embedded.Protobuf;

/// <summary>Shapes of what clients of built-in kinds send as protobuf, by kind.</summary>
internal static class MessageShapes
{
    private static readonly MessageShape OwnerReference = new MessageShape()
        .Text(1, "kind").Text(3, "name").Text(4, "uid").Text(5, "apiVersion").Flag(6, "controller").Flag(7, "blockOwnerDeletion");

    private static readonly MessageShape ObjectMeta = new MessageShape()
        .Text(1, "name").Text(2, "generateName").Text(3, "namespace").Text(4, "selfLink").Text(5, "uid").Text(6, "resourceVersion")
        .Integer(7, "generation").Of(8, "creationTimestamp", FieldType.Time).Of(9, "deletionTimestamp", FieldType.Time)
        .Integer(10, "deletionGracePeriodSeconds").Of(11, "labels", FieldType.TextMap).Of(12, "annotations", FieldType.TextMap)
        .Messages(13, "ownerReferences", OwnerReference).Texts(14, "finalizers");

    private static readonly MessageShape ObjectReference = new MessageShape()
        .Text(1, "kind").Text(2, "namespace").Text(3, "name").Text(4, "uid").Text(5, "apiVersion").Text(6, "resourceVersion")
        .Text(7, "fieldPath");

    private static readonly MessageShape LocalReference = new MessageShape().Text(1, "name");

    private static readonly MessageShape PolicyRule = new MessageShape()
        .Texts(1, "verbs").Texts(2, "apiGroups").Texts(3, "resources").Texts(4, "resourceNames").Texts(5, "nonResourceURLs");

    private static readonly MessageShape Role = Object().Messages(2, "rules", PolicyRule);

    private static readonly MessageShape Binding = Object()
        .Messages(2, "subjects", new MessageShape().Text(1, "kind").Text(2, "apiGroup").Text(3, "name").Text(4, "namespace"))
        .Message(3, "roleRef", new MessageShape().Text(1, "apiGroup").Text(2, "kind").Text(3, "name"));

    private static readonly MessageShape ResourceAttributes = new MessageShape()
        .Text(1, "namespace").Text(2, "verb").Text(3, "group").Text(4, "version").Text(5, "resource").Text(6, "subresource")
        .Text(7, "name");

    private static readonly MessageShape PathAttributes = new MessageShape().Text(1, "path").Text(2, "verb");

    private static readonly MessageShape AccessSpec = new MessageShape()
        .Message(1, "resourceAttributes", ResourceAttributes).Message(2, "nonResourceAttributes", PathAttributes)
        .Text(3, "user").Texts(4, "groups").Of(5, "extra", FieldType.ListMap).Text(6, "uid");

    private static readonly Dictionary<string, MessageShape> ByKind = new()
    {
        ["Namespace"] = Object().Message(2, "spec", new MessageShape().Texts(1, "finalizers"))
            .Message(3, "status", new MessageShape().Text(1, "phase")),
        ["ConfigMap"] = Object().Of(2, "data", FieldType.TextMap).Of(3, "binaryData", FieldType.BytesMap).Flag(4, "immutable"),
        ["Secret"] = Object().Of(2, "data", FieldType.BytesMap).Text(3, "type").Of(4, "stringData", FieldType.TextMap).Flag(5, "immutable"),
        ["ServiceAccount"] = Object().Messages(2, "secrets", ObjectReference).Messages(3, "imagePullSecrets", LocalReference)
            .Flag(4, "automountServiceAccountToken"),
        ["Service"] = Object().Message(2, "spec", ServiceSpec()).Message(3, "status", new MessageShape()),
        ["Lease"] = Object().Message(2, "spec", new MessageShape()
            .Text(1, "holderIdentity").Integer(2, "leaseDurationSeconds").Of(3, "acquireTime", FieldType.MicroTime)
            .Of(4, "renewTime", FieldType.MicroTime).Integer(5, "leaseTransitions").Text(6, "strategy").Text(7, "preferredHolder")),
        ["Event"] = Event(),
        ["Role"] = Role,
        ["ClusterRole"] = Object().Messages(2, "rules", PolicyRule),
        ["RoleBinding"] = Binding,
        ["ClusterRoleBinding"] = Binding,
        ["TokenRequest"] = Object().Message(2, "spec", new MessageShape()
            .Texts(1, "audiences")
            .Message(3, "boundObjectRef", new MessageShape().Text(1, "kind").Text(2, "apiVersion").Text(3, "name").Text(4, "uid"))
            .Integer(4, "expirationSeconds")),
        ["TokenReview"] = Object().Message(2, "spec", new MessageShape().Text(1, "token").Texts(2, "audiences")),
        ["SelfSubjectReview"] = Object(),
        ["SelfSubjectAccessReview"] = Object().Message(2, "spec", AccessSpec),
        ["SubjectAccessReview"] = Object().Message(2, "spec", AccessSpec),
        ["LocalSubjectAccessReview"] = Object().Message(2, "spec", AccessSpec),
        ["SelfSubjectRulesReview"] = Object().Message(2, "spec", new MessageShape().Text(1, "namespace")),
        ["DeleteOptions"] = new MessageShape()
            .Integer(1, "gracePeriodSeconds").Message(2, "preconditions", new MessageShape().Text(1, "uid").Text(2, "resourceVersion"))
            .Flag(3, "orphanDependents").Text(4, "propagationPolicy").Texts(5, "dryRun"),
    };

    public static MessageShape? Find(string kind) => ByKind.GetValueOrDefault(kind);

    private static MessageShape Object() => new MessageShape().Message(1, "metadata", ObjectMeta);

    private static MessageShape ServiceSpec() => new MessageShape()
        .Messages(1, "ports", new MessageShape()
            .Text(1, "name").Text(2, "protocol").Integer(3, "port").Of(4, "targetPort", FieldType.IntOrText).Integer(5, "nodePort")
            .Text(6, "appProtocol"))
        .Of(2, "selector", FieldType.TextMap).Text(3, "clusterIP").Text(4, "type").Texts(5, "externalIPs").Text(7, "sessionAffinity")
        .Text(8, "loadBalancerIP").Texts(9, "loadBalancerSourceRanges").Text(10, "externalName").Text(11, "externalTrafficPolicy")
        .Integer(12, "healthCheckNodePort").Flag(13, "publishNotReadyAddresses").Text(17, "ipFamilyPolicy").Texts(18, "clusterIPs")
        .Texts(19, "ipFamilies").Flag(20, "allocateLoadBalancerNodePorts").Text(21, "loadBalancerClass")
        .Text(22, "internalTrafficPolicy").Text(23, "trafficDistribution");

    private static MessageShape Event() => Object()
        .Message(2, "involvedObject", ObjectReference).Text(3, "reason").Text(4, "message")
        .Message(5, "source", new MessageShape().Text(1, "component").Text(2, "host"))
        .Of(6, "firstTimestamp", FieldType.Time).Of(7, "lastTimestamp", FieldType.Time).Integer(8, "count").Text(9, "type")
        .Of(10, "eventTime", FieldType.MicroTime)
        .Message(11, "series", new MessageShape().Integer(1, "count").Of(2, "lastObservedTime", FieldType.MicroTime))
        .Text(12, "action").Message(13, "related", ObjectReference).Text(14, "reportingComponent").Text(15, "reportingInstance");
}
